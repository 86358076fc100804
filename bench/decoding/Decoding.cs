using System.Diagnostics;
using System.Security.Cryptography;
using NetVips;
using Pomona.Vision.Decoding;
using Pomona.Vision.Imaging;

namespace Pomona.DecodingBench;

/// <summary>Decodes a folder of JPEGs on one thread, into the memory of one image, by one of several ways into libvips.</summary>
internal static class Decoding
{
    private const int StripBytes = 256 << 10;

    /// <summary>The ways; the first is the product's.</summary>
    public static IReadOnlyList<string> Ways { get; } = ["pomona", "netvips-regions", "netvips-pointers"];

    /// <summary>Prints user time in milliseconds, peak memory in megabytes, and the SHA-256 of all pixels.</summary>
    public static void Run(string way, string folder, int rounds)
    {
        NetVips.NetVips.Concurrency = 1;
        Cache.Max = 0;
        var files = Directory.GetFiles(folder).Order(StringComparer.Ordinal).ToList();
        using var decoder = new ImageDecoder(new DecodeSettings(), useTurboJpeg: false);
        using var image = new RgbImage();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var file in files)
                Decode(file);
        }

        using var self = Process.GetCurrentProcess();
        var (user, peak) = (self.UserProcessorTime.TotalMilliseconds, self.PeakWorkingSet64 / 1e6);

        using var pixels = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            Decode(file);
            pixels.AppendData(image.Pixels);
        }

        Console.WriteLine(FormattableString.Invariant($"{user} {peak} {Convert.ToHexString(pixels.GetCurrentHash())}"));

        void Decode(string file)
        {
            var bytes = File.ReadAllBytes(file);
            switch (way)
            {
                case "pomona": decoder.Decode(bytes, image); break;
                case "netvips-regions": ByRegions(bytes, image); break;
                default: ByPointers(bytes, image); break;
            }
        }
    }

    private static void ByRegions(byte[] file, RgbImage into)
    {
        using var image = Open(file, into);
        using var region = Region.New(image);
        foreach (var (top, rows) in Strips(into))
            region.Fetch(0, top, into.Width, rows).CopyTo(into.Pixels[(3 * into.Width * top)..]);
    }

    // The whole image at once: a strip cut out of a sequential image and written by itself ends with "out of order read".
    private static unsafe void ByPointers(byte[] file, RgbImage into)
    {
        using var image = Open(file, into);
        var samples = image.WriteToMemory(out var length);
        new ReadOnlySpan<byte>((void*)samples, (int)length).CopyTo(into.Pixels);
        NetVips.NetVips.Free(samples);
    }

    private static Image Open(byte[] file, RgbImage into)
    {
        var image = Image.JpegloadBuffer(file, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error);
        into.Reset(image.Width, image.Height);
        return image;
    }

    private static IEnumerable<(int Top, int Rows)> Strips(RgbImage image)
    {
        var rows = Math.Clamp(StripBytes / (3 * image.Width), 1, image.Height);
        for (var top = 0; top < image.Height; top += rows)
            yield return (top, Math.Min(rows, image.Height - top));
    }
}
