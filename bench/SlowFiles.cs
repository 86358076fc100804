using System.Globalization;
using ImageMagick;
using Pomona.Vision.Budget;
using Pomona.Vision.Decoding;
using Pomona.Vision.Formats;
using Pomona.Vision.Imaging;
using Pomona.Vision.Magick;

namespace Pomona.Bench;

/// <summary>
/// What files cost to decode: processor time of this process, which does nothing else, so that a decoder's own threads count;
/// the most costly for its bytes first. Cheap files are decoded again and again; what the first file of a decoder costs more
/// (loading its library) is not counted.
/// </summary>
internal static class SlowFiles
{
    private const int MostRounds = 50;
    private static readonly TimeSpan Enough = TimeSpan.FromMilliseconds(50);

    public static int Run(string[] arguments)
    {
        var files = arguments.SelectMany<string, string>(static path => Directory.Exists(path)
            ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            : [path]).ToList();
        if (files.Count == 0)
        {
            Console.Error.WriteLine("Usage: ./pomona bench slow FILES, each an image file or a folder of them");
            return 2;
        }

        if (files.Find(static file => !File.Exists(file)) is { } missing)
        {
            Console.Error.WriteLine($"pomona: there is no file {missing}.");
            return 3;
        }

        var measured = Decoders().SelectMany(decoder => Measure(decoder, files)).Concat(MeasureMagick(files))
            .OrderByDescending(static file => file.PerByte).ToList();
        Console.WriteLine("CPU ms     per byte   per pixel  of budget  decoder           pixels         bytes        what");
        foreach (var file in measured)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{file.Cpu.TotalMilliseconds,9:N2}  {file.PerByte,7:N0} ns  {file.PerPixel,7:N1} ns  {file.Cpu / DecodingBudget.Of(file.Header),9:P3}  {file.Decoder,-16}  {$"{file.Header.Width}x{file.Header.Height}",-13}  {file.Bytes,-11:N0}  {file.Path}{(file.Reason is null ? "" : $": {file.Reason}")}"));
        }

        Console.WriteLine();
        foreach (var decoder in measured.GroupBy(static file => file.Decoder).OrderByDescending(static of => Share(of)))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{decoder.Key,-16}  {decoder.Count(),6:N0} images  {decoder.Average(static file => file.Cpu.TotalMilliseconds),9:N2} CPU-ms per image  {Share(decoder),7:N0} ns per byte"));
        }

        return 0;
    }

    private static double Share(IEnumerable<Measured> files)
        => files.Sum(static file => file.Cpu.TotalNanoseconds) / Math.Max(1, files.Sum(static file => file.Bytes));

    /// <summary>The product's, and of JPEGs also the one that they go to where libturbojpeg is missing, or refuses them.</summary>
    private static IEnumerable<(string JpegBy, ImageDecoder Decoder, bool OnlyJpeg)> Decoders()
    {
        var settings = new DecodeSettings();
        yield return ("libvips", new ImageDecoder(settings, useTurboJpeg: false), false);
        if (LibTurboJpeg.IsInstalled)
            yield return ("libturbojpeg", new ImageDecoder(settings, useTurboJpeg: true), true);
    }

    private static IEnumerable<Measured> Measure((string JpegBy, ImageDecoder Decoder, bool OnlyJpeg) way, IReadOnlyList<string> files)
    {
        using var decoder = way.Decoder;
        using var image = new RgbImage();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in files)
        {
            var file = File.ReadAllBytes(path);
            var header = ImageHeader.Read(file);
            if (way.OnlyJpeg && header.Format != ImageFormat.Jpeg)
                continue;
            var name = header.Format switch
            {
                ImageFormat.Jpeg => way.JpegBy,
                ImageFormat.Unknown => "none",
                ImageFormat.Bmp => "Pomona",
                ImageFormat.Heic or ImageFormat.Avif => "libheif",
                ImageFormat.JpegXl => "libjxl",
                ImageFormat.Jpeg2000 => "OpenJPEG",
                _ => $"libvips {header.Format}",
            };
            if (known.Add(name))
                _ = TryDecode(decoder, header, file, image);
            string? reason = null;
            var took = TimeOf(() => reason = TryDecode(decoder, header, file, image));
            yield return new Measured(path, name, header, file.Length, took, reason);
        }
    }

    /// <summary>Of what Magick.NET decodes, it alone: without our reading of the container, and without a look at the pixels.</summary>
    private static IEnumerable<Measured> MeasureMagick(IReadOnlyList<string> files)
    {
        foreach (var path in files)
        {
            var file = File.ReadAllBytes(path);
            var header = ImageHeader.Read(file);
            if (!header.Format.IsMagicks())
                continue;
            _ = MagickSession.Instance;
            string? reason = null;
            var took = TimeOf(() =>
            {
                try
                {
                    using var image = new MagickImage(file);
                }
                catch (MagickException failure)
                {
                    reason = failure.Message;
                }
            });
            yield return new Measured(path, "Magick.NET alone", header, file.Length, took, reason);
        }
    }

    private static TimeSpan TimeOf(Action decode)
    {
        var (rounds, began) = (0, Environment.CpuUsage.TotalTime);
        TimeSpan took;
        do
        {
            decode();
            took = Environment.CpuUsage.TotalTime - began;
        }
        while (++rounds < MostRounds && took < Enough);
        return took / rounds;
    }

    private static string? TryDecode(ImageDecoder decoder, in ImageHeader header, ReadOnlySpan<byte> file, RgbImage image)
    {
        try
        {
            decoder.Decode(header, file, image);
            return null;
        }
        catch (RejectedImageException rejected)
        {
            return rejected.Message;
        }
    }

    private sealed record Measured(string Path, string Decoder, ImageHeader Header, int Bytes, TimeSpan Cpu, string? Reason)
    {
        public double PerByte => Cpu.TotalNanoseconds / Math.Max(1, Bytes);

        public double PerPixel => Cpu.TotalNanoseconds / Math.Max(1, Header.PixelCount);
    }
}
