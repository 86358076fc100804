using System.Buffers.Binary;
using System.Globalization;
using Pomona.Vision.Budget;
using Pomona.Vision.Decoding;
using Pomona.Vision.Formats;
using Pomona.Vision.Imaging;
using Pomona.Vision.Tests.Imaging;
using Xunit.Abstractions;

namespace Pomona.Vision.Tests.Decoding;

/// <summary>
/// A search for files that cost much: small ones are changed, and the slowest for their bytes are changed again. A short round
/// by default; <c>POMONA_TEST_SLOW_SECONDS</c> seconds of processor time in all where it is set, and what is found goes into
/// the folder <c>POMONA_TEST_SLOW_FOLDER</c>, for <c>./pomona bench slow</c>. docs/security.md tells what that found.
/// </summary>
public sealed class SlownessSearchTests(ITestOutputHelper output) : IDisposable
{
    private const int UsualTries = 60;
    private const int Kept = 12;
    private const int LongestFile = 64 << 10;

    private static readonly double? Seconds = double.TryParse(
        Environment.GetEnvironmentVariable("POMONA_TEST_SLOW_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : null;

    private static readonly string? Folder = Environment.GetEnvironmentVariable("POMONA_TEST_SLOW_FOLDER");

    private readonly DecodingWatch _watch = new(TimeProvider.System, ThreadClock.OfThisThread, EndAsync);

    /// <summary>The kinds, and small files of each; those that nothing here can draw are among the shared data.</summary>
    public static TheoryData<string, string[]> Kinds => new()
    {
        { "jpg", ["quality-5.jpg", "grey-progressive.jpg", "progressive-420.jpg", "ycck-420.jpg", "orientation-6.jpg"] },
        { "png", ["grey-1.png", "palette-4.png", "rgba-16-interlaced.png", "orientation-6.png"] },
        { "webp", ["one-colour.webp", "lossy.webp", "lossy-alpha.webp", "lossless.webp", "animated.webp"] },
        { "gif", ["small-frame.gif", "interlaced.gif", "animated.gif"] },
        { "tif", ["bilevel.tif", "tiled-grey.tif", "grey-jpeg.tif", "lzw.tif", "pages.tif"] },
        { "bmp", ["bilevel.bmp", "palette-4.bmp", "run-length-8.bmp"] },
        { "heic", ["heif/several-primary-second.heic", "heif/grey.heic", "heif/grid.heic"] },
        { "avif", ["heif/plain.avif", "heif/alpha.avif", "heif/three-frames.avif"] },
        { "jxl", ["heif/alpha.jxl", "heif/grey.jxl", "heif/lossless.jxl"] },
        { "jp2", ["heif/grey.jp2", "heif/plain.jp2"] },
    };

    public void Dispose() => _watch.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void No_small_file_is_found_that_is_beyond_its_budget(string kind, string[] seeds)
    {
        var files = seeds.Where(static name => !IsShared(name) || SharedData.Folder is not null).Select(static name => IsShared(name)
            ? File.ReadAllBytes(Path.Combine(SharedData.Folder!, name)) : Golden.Bytes(name)).ToList();
        if (files.Count == 0)
            return;

        using var meter = _watch.Join();
        using var decoder = new ImageDecoder(new DecodeSettings(), useTurboJpeg: false, meter);
        using var image = new RgbImage();
        var random = new Random(kind.Length + files.Sum(static file => file.Length));
        var best = new List<Tried>();
        foreach (var file in files)
        {
            _ = Try(file, decoder, meter, image); // loads the library
            Keep(Try(file, decoder, meter, image));
        }

        var (tries, spent) = (0, TimeSpan.Zero);
        while (Seconds is { } most ? spent < TimeSpan.FromSeconds(most / Kinds.Count) : tries < UsualTries)
        {
            var parent = random.Next(4) == 0 ? files[random.Next(files.Count)] : best[random.Next(best.Count)].File;
            var tried = Try(Mutated(parent, best[random.Next(best.Count)].File, random), decoder, meter, image);
            (tries, spent) = (tries + 1, spent + tried.Cpu + TimeSpan.FromMicroseconds(20));
            if (tried.Cpu > DecodingBudget.Of(ImageHeader.Read(tried.File)))
                Assert.Fail($"{Saved(kind, tried)} takes {tried.Cpu}");
            Keep(tried);
        }

        foreach (var found in best)
        {
            var header = ImageHeader.Read(found.File);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{kind}: {found.Cpu.TotalMilliseconds:N1} ms, {found.File.Length} bytes, {header.Width} x {header.Height}: {found.Reason ?? "a picture"} {(Folder is null ? "" : Saved(kind, found))}"));
        }

        output.WriteLine($"{kind}: {tries} tries");

        void Keep(Tried tried)
        {
            best.Add(tried);
            best.Sort(static (one, other) => other.PerByte.CompareTo(one.PerByte));
            if (best.Count > Kept)
                best.RemoveAt(Kept);
        }
    }

    private static bool IsShared(string name) => name.Contains('/', StringComparison.Ordinal);

    private static Tried Try(byte[] file, ImageDecoder decoder, DecodingMeter meter, RgbImage image)
    {
        var header = ImageHeader.Read(file);
        // A decoder's own threads count, too; in a run of all tests the others' do as well, which only leads the search astray.
        var clock = Seconds is null ? ThreadClock.OfThisThread() : static () => Environment.CpuUsage.TotalTime;
        var began = clock();
        string? reason = null;
        meter.Begin(header, file);
        try
        {
            decoder.Decode(header, file, image);
        }
        catch (RejectedImageException rejected)
        {
            reason = rejected.Message;
        }

        _ = meter.End();
        var took = clock() - began;
        if (image.Pixels.Length > 8 << 20)
            image.Reset(1, 1);
        return new Tried(file, took, reason);
    }

    /// <summary>Numbers are made extreme as often as bits are turned; parts are cut, repeated, or another file's.</summary>
    private static byte[] Mutated(byte[] parent, byte[] other, Random random)
    {
        var file = parent.ToArray();
        for (var changes = random.Next(1, 5); changes > 0 && file.Length > 8; changes--)
        {
            var at = random.Next(random.Next(2) == 0 ? Math.Min(96, file.Length) : file.Length);
            var rest = file.AsSpan(at);
            switch (random.Next(9))
            {
                case 0: file[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: file[at] = (byte)random.Next(256); break;
                case 2: file[at] = random.Next(2) == 0 ? (byte)0 : (byte)255; break;
                case 3 when rest.Length >= 2: BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)Extreme()); break;
                case 4 when rest.Length >= 2: BinaryPrimitives.WriteUInt16LittleEndian(rest, (ushort)Extreme()); break;
                case 5 when rest.Length >= 4: BinaryPrimitives.WriteUInt32BigEndian(rest, (uint)Extreme()); break;
                case 6 when rest.Length >= 4: BinaryPrimitives.WriteUInt32LittleEndian(rest, (uint)Extreme()); break;
                case 7:
                    var length = random.Next(1, Math.Min(512, file.Length - at) + 1);
                    file = random.Next(2) == 0
                        ? [.. file.AsSpan(0, at), .. file.AsSpan(at + length)]
                        : [.. file.AsSpan(0, at + length), .. file.AsSpan(at)];
                    break;
                case 8:
                    var from = random.Next(other.Length);
                    file = [.. file.AsSpan(0, at), .. other.AsSpan(from, Math.Min(random.Next(1, 512), other.Length - from)), .. rest];
                    break;
                default: break;
            }
        }

        return file.Length <= LongestFile ? file : file[..LongestFile];

        int Extreme() => random.Next(6) switch { 0 => 1 << random.Next(31), 1 => (1 << random.Next(31)) - 1, 2 => 9_999, 3 => 65_535, 4 => 3_000, _ => random.Next(1 << 20) };
    }

    private static string Saved(string kind, Tried found)
    {
        var folder = Folder ?? Path.GetTempPath();
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{kind}-{found.PerByte:00000000}-ns-a-byte-{found.File.Length}.{kind}"));
        File.WriteAllBytes(path, found.File);
        return path;
    }

    /// <summary>The decoder does not return: the file is all that can be saved.</summary>
    private static Task<bool> EndAsync(IReadOnlyList<SlowImage> images)
    {
        Environment.FailFast($"{Saved("endless", new Tried((byte[])images[0].Image!, TimeSpan.Zero, null))} {images[0].Reason}");
        return Task.FromResult(true);
    }

    private sealed record Tried(byte[] File, TimeSpan Cpu, string? Reason)
    {
        public double PerByte => Cpu.TotalNanoseconds / Math.Max(File.Length, 1);
    }
}
