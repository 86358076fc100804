using System.Diagnostics;
using System.Globalization;
using Pomona.Job.Parquet;
using Pomona.Job.Quality;
using Pomona.Numerics.Neighbours;
using Pomona.Numerics.Randomness;
using Pomona.Vision.Imaging;

namespace Pomona.Bench;

/// <summary>
/// What looking many images through takes, the findings alone: those of a finished run several times over, each time a little
/// otherwise in light, colour and components, so that none is a copy. Peak memory is the whole process's, its images included.
/// </summary>
internal static class FindingsOfMany
{
    private const int Seed = 20;

    public static int Run(string folder, int times)
    {
        var images = Multiply(Read(folder), times);
        var before = Peak();
        var clock = Stopwatch.GetTimestamp();
        var processor = Environment.CpuUsage.TotalTime;
        var pairs = ClosePairs.Find(images.Pictures, ImageCues.PictureBytes, NearDuplicates.PixelRadius, Environment.ProcessorCount, CancellationToken.None).Count;
        Say("pictures alone", images.Count, pairs, "pairs");
        (clock, processor) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var found = QualityFindings.Of(images, [], photographs: null, Seed, Environment.ProcessorCount, CancellationToken.None);
        Say("all findings", images.Count, found.Ordered.Count, "findings");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"peak memory {Peak() >> 20} MB, {before >> 20} MB of it before the first search"));
        foreach (var note in found.Notes)
            Console.WriteLine(note);
        return 0;

        void Say(string what, int count, long number, string unit)
            => Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{what,-16} {count,9:N0} images: {Stopwatch.GetElapsedTime(clock).TotalSeconds,6:0.0} s, {(Environment.CpuUsage.TotalTime - processor).TotalSeconds,6:0.0} CPU-s, {number:N0} {unit}"));
    }

    private static long Peak() => Process.GetCurrentProcess().PeakWorkingSet64;

    private static ExaminedImages Read(string folder)
    {
        var (records, components) = (new List<ImageRecord>(), new List<float>());
        foreach (var file in Parts(folder, "cues"))
            records.AddRange(CuesPart.Read(File.ReadAllBytes(file)).Select(static record => record with { Thumbnail = null }));
        foreach (var file in Parts(folder, "components"))
        {
            using var part = new PartReader(File.ReadAllBytes(file));
            while (part.ReadRowGroup(out _, out _, out var values, out var rows))
                components.AddRange(values.AsSpan(0, rows * part.Width));
        }

        string[] classes = [.. records.Select(static record => record.Label).Distinct().Order(StringComparer.Ordinal)];
        return new ExaminedImages(
            classes,
            [.. records.Select(static record => record.Image)],
            [.. records.Select(record => Array.BinarySearch(classes, record.Label, StringComparer.Ordinal))],
            new bool[records.Count],
            [.. records.Select(static record => UInt128.Parse(record.ContentHash, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))],
            [.. records.SelectMany(static record => record.Picture)],
            [.. records.Select(static record => (record.Width, record.Height))],
            [.. records.Select(static record => record.Cues.Sharpness)],
            [.. components]);
    }

    private static string[] Parts(string folder, string kind)
        => [.. Directory.EnumerateFiles(Path.Combine(folder, kind), "*.parquet").Order(StringComparer.Ordinal)];

    private static ExaminedImages Multiply(ExaminedImages images, int times)
    {
        var (count, width) = (images.Count, images.Width);
        var (keys, hashes) = (new string[count * times], new UInt128[count * times]);
        var (pictures, components) = (new byte[keys.Length * ImageCues.PictureBytes], new float[keys.Length * width]);
        Parallel.For(0, keys.Length, i =>
        {
            var (number, time) = (i % count, i / count);
            keys[i] = time == 0 ? images.Images[number] : string.Create(CultureInfo.InvariantCulture, $"{images.Images[number]}-{time}");
            hashes[i] = images.ContentHashes[number] + ((UInt128)time << 64);
            var random = SplitMix64.For(Seed, keys[i]);
            var gain = time == 0 ? 1 : random.Between(0.85f, 1.15f);
            Span<float> light = [0, 0, 0];
            for (var c = 0; c < light.Length && time > 0; c++)
                light[c] = random.Between(-15, 15);
            var source = images.PictureOf(number);
            var picture = pictures.AsSpan(i * ImageCues.PictureBytes, ImageCues.PictureBytes);
            for (var j = 0; j < picture.Length; j++)
                picture[j] = (byte)Math.Clamp((gain * source[j]) + light[j % 3], 0, 255);
            for (var j = 0; j < width; j++)
                components[(i * width) + j] = images.Components[(number * width) + j] * (time == 0 ? 1 : random.Between(0.9f, 1.1f));
        });
        return images with
        {
            Images = keys,
            Labels = Repeated(images.Labels, times),
            AreTests = new bool[keys.Length],
            ContentHashes = hashes,
            Pictures = pictures,
            Sizes = Repeated(images.Sizes, times),
            Sharpness = Repeated(images.Sharpness, times),
            Components = components,
        };
    }

    private static T[] Repeated<T>(T[] items, int times) => [.. Enumerable.Repeat(items, times).SelectMany(static all => all)];
}
