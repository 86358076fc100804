using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Pomona.Job.Parquet;

namespace Pomona.Bench;

/// <summary>Writing and reading 10,000 × 1,280 features as a Parquet part in memory, beside gzip alone on the same bytes.</summary>
internal static class PartsInMemory
{
    private const int Rounds = 5;

    public static int Run()
    {
        var features = BenchFeatures.Make();
        var megabytes = features.Length * sizeof(float) / 1e6;
        Console.WriteLine($"{RuntimeInformation.FrameworkDescription}, one thread, {BenchFeatures.Images} x {BenchFeatures.Width}: {megabytes:0.0} MB");

        var part = Write(features);
        var (write, read) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            Write(features);
            write.Add(watch.Elapsed.TotalMilliseconds);
            watch.Restart();
            Read(part);
            read.Add(watch.Elapsed.TotalMilliseconds);
        }

        Report("write part", write, part.Length);
        Report("read part", read, part.Length);
        var bytes = MemoryMarshal.AsBytes(features.AsSpan()).ToArray();
        foreach (var level in (CompressionLevel[])[CompressionLevel.Fastest, CompressionLevel.Optimal])
        {
            var times = new List<double>();
            var compressed = Array.Empty<byte>();
            for (var round = 0; round < (level == CompressionLevel.Fastest ? Rounds : 1); round++)
            {
                var watch = Stopwatch.StartNew();
                compressed = Compress(bytes, level);
                times.Add(watch.Elapsed.TotalMilliseconds);
            }

            Report($"gzip {level}", times, compressed.Length);
        }

        return 0;

        void Report(string what, List<double> times, long size)
        {
            var median = times.Order().ElementAt(times.Count / 2);
            Console.WriteLine($"{what,-14} median {median,7:0} ms   {megabytes * 1000 / median,6:0} MB/s   {size / 1e6:0.0} MB compressed");
        }
    }

    private static byte[] Write(float[] features)
    {
        using var file = new MemoryStream();
        using var writer = new PartWriter(file, "features", BenchFeatures.Width);
        for (var image = 0; image < BenchFeatures.Images; image++)
        {
            writer.Add(
                string.Create(CultureInfo.InvariantCulture, $"class {image / 1000}/image {image:D5}.jpg"),
                string.Create(CultureInfo.InvariantCulture, $"class {image / 1000}"),
                features.AsSpan(image * BenchFeatures.Width, BenchFeatures.Width));
        }

        writer.Complete();
        return file.ToArray();
    }

    private static void Read(byte[] part)
    {
        using var reader = new PartReader(part);
        long rows = 0;
        while (reader.ReadRowGroup(out _, out _, out _, out var count))
            rows += count;
        if (rows != BenchFeatures.Images)
            throw new InvalidDataException($"{rows} rows were read.");
    }

    private static byte[] Compress(byte[] bytes, CompressionLevel level)
    {
        using var file = new MemoryStream();
        using (var gzip = new GZipStream(file, level, leaveOpen: true))
            gzip.Write(bytes);
        return file.ToArray();
    }
}
