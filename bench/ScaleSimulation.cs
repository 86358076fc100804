using System.Diagnostics;
using System.Globalization;
using Pomona.Contracts;
using Pomona.Job.Engines.Spark;
using Pomona.Job.Evaluation;
using Pomona.Job.Parquet;
using Pomona.Job.Runs;
using Pomona.Numerics.Reduction;
using static Pomona.Bench.ScaleAssumptions;

namespace Pomona.Bench;

/// <summary>
/// What a run of a million or a hundred million images would take on so many Spot vCPUs, and what limits it first. Manifests,
/// shards, groups, answers and the merge of moments come from the job's own code; the rest follows from
/// <see cref="ScaleAssumptions"/>, which are printed with it.
/// </summary>
internal static class ScaleSimulation
{
    private const int FeatureWidth = 1280;
    private const int ReadsInFlight = 32; // S3Store's on a primary node of 4 vCPUs
    private const int Seed = 20211;

    private static readonly (long Images, int ShardSize, int Vcpus)[] Usual =
    [
        (1_000_000, 512, 32), (1_000_000, 512, 128), (1_000_000, 512, 512),
        (100_000_000, 512, 1024), (100_000_000, 2048, 1024), (100_000_000, 2048, 4096),
    ];

    public static int Run(string[] arguments)
    {
        (long Images, int ShardSize, int Vcpus)[] runs = arguments switch
        {
            [] => Usual,
            [var images, var shardSize, var vcpus] => [(Number(images), (int)Number(shardSize), (int)Number(vcpus))],
            _ => [],
        };
        if (runs.Length == 0 || runs.Any(run => run.Images < 1 || run.ShardSize < 1 || run.Vcpus < NodeVcpus))
        {
            Console.Error.WriteLine("Usage: ./pomona bench scale [IMAGES SHARD-SIZE VCPUS], or ./pomona bench scale engines MODEL");
            return 2;
        }

        PrintAssumptions();
        var (mergeSeconds, momentBytes) = MeasureMerge();
        var selectSeconds = MeasureSelection();
        foreach (var (images, shardSize, vcpus) in runs)
            Print(images, shardSize, vcpus, mergeSeconds, momentBytes, selectSeconds);
        return 0;
    }

    private static void Print(long images, int shardSize, int vcpus, double mergeSeconds, long momentBytes, double selectSeconds)
    {
        var shards = (int)((images + shardSize - 1) / shardSize);
        var manifestBytes = ManifestBytes(shardSize);
        var listings = (images + KeysPerListing - 1) / KeysPerListing;
        var answerBytes = new ShardResult(shards - 1, (shardSize / ImagesPerVcpuSecond) + 0.1234567).ToJson().Length;
        var groups = new ShardGroups(shards, shardSize);
        var perGroup = groups.ShardsOf(0).Count;
        var shardSeconds = shardSize / ImagesPerVcpuSecond;
        var nodes = vcpus / NodeVcpus;
        var extract = SpotSchedule.Run(shards, shardSeconds, nodes, Seed);
        var totalsSeconds = shards * RequestSeconds / ReadsInFlight;
        // A group is read by one task, part after part.
        var fitSeconds = (Math.Ceiling(groups.Count / (double)vcpus) * perGroup * ((2 * RequestSeconds) + (shardSize * (PartSecondsPerImage + FitSecondsPerImage))))
            + (groups.Count * (RequestSeconds + mergeSeconds));
        var reduceSeconds = Math.Ceiling(shards / (double)vcpus) * ((10 * RequestSeconds) + (shardSize * (PartSecondsPerImage + ReduceSecondsPerImage)));
        // The driver reads every part's components, many at a time, and offers every image to the sample, one after the other;
        // then the features of the sample's shards, with as many threads as it has vCPUs.
        var sampled = Math.Min(shards, SampleQuota.MostImages);
        var publishSeconds = Math.Max(2 * shards * RequestSeconds / ReadsInFlight, images * selectSeconds)
            + (sampled * (RequestSeconds + (shardSize * PartSecondsPerImage)) / NodeVcpus) + EvaluationSeconds;
        var jobHours = (extract.Seconds + totalsSeconds + fitSeconds + reduceSeconds + publishSeconds) / 3600;
        var hours = jobHours + (StartMinutes / 60);
        // Of a shard: its manifest; of each of its two parts the announcement, the part and its page.
        var gets = images + (14.0 * shards) + (5.0 * sampled);
        var puts = (7.0 * shards) + (3.0 * groups.Count) + (3.0 * listings);
        var cost = (hours * ((2 * NodeVcpus * (OnDemandVcpuHour + EmrVcpuHour)) + (vcpus * (SpotVcpuHour + EmrVcpuHour)) + ((nodes + 2) * DiskNodeHour)))
            + (gets / 1000 * Get1000) + (puts / 1000 * Put1000);

        Line($"{images:N0} images, shards of {shardSize:N0}, {vcpus:N0} Spot vCPUs ({nodes:N0} nodes)");
        Line($"  snapshot   {listings:N0} listings, one after the other {Duration(listings * ListingSeconds)}, before anything is rented; {shards:N0} manifests of {manifestBytes / 1024.0:N0} KiB, {(double)manifestBytes * shards / (1 << 30):N2} GiB");
        Line($"  driver     {shards:N0} tasks started at {vcpus / shardSeconds:N1} a second; answers of {answerBytes} bytes, {(double)shards * DriverBytesPerTask / (1 << 20):N0} MiB with Spark's own");
        Line($"  extract    {Duration(extract.Seconds)}; {extract.LostNodes:N0} nodes lost, {extract.RedoneShards:N0} shards redone, {extract.WastedShare:P1} of the work; {images / extract.Seconds:N0} gets and {images / extract.Seconds * ImageBytes / 1e6:N0} MB a second = {images / extract.Seconds / GetsPerPrefixSecond:N1} prefixes");
        Line($"  totals     {Duration(totalsSeconds)} for {shards:N0} summaries, {ReadsInFlight} at a time");
        Line($"  fit        {Duration(fitSeconds)}; {groups.Count} groups of {perGroup:N0} shards, {groups.Count * momentBytes / 1e6:N0} MB of moments, merged in {groups.Count * mergeSeconds:N2} s");
        Line($"  reduce     {Duration(reduceSeconds)}");
        Line($"  publish    {Duration(publishSeconds)}: {images:N0} images offered to the sample, {sampled:N0} parts read for it");
        Line($"  together   {Duration(hours * 3600)} with the cluster's start, {cost:N2} USD, {cost / images * 1e6:N2} USD a million images");
        Line($"  first      {string.Join("; then ", Limits(images, shardSize, shards, vcpus).DefaultIfEmpty("no limit is met"))}");
        Console.WriteLine();
    }

    /// <summary>The limits that such a run meets, the first one first, each with what to turn.</summary>
    private static IEnumerable<string> Limits(long images, int shardSize, int shards, int vcpus)
    {
        var listed = (long)(FunctionSeconds / ListingSeconds) * KeysPerListing;
        var reading = GetsPerPrefixSecond / ImagesPerVcpuSecond;
        (double Met, string What)[] all =
        [
            (vcpus / reading, string.Create(CultureInfo.InvariantCulture,
                $"S3 reads of one prefix ({GetsPerPrefixSecond:N0} a second, {reading:N0} vCPUs): S3 divides hot prefixes by itself and the job retries its slow-downs until then; spread images over sub-folders, or lower MaxVcpus")),
            ((double)images / listed, string.Create(CultureInfo.InvariantCulture,
                $"MeasureDataset and PlanRun list within {FunctionSeconds / 60} minutes ({listed / 1e6:N1} million images): give parts of the data set names of their own")),
            (shards / 100_000.0, "manifest names have five digits (100,000 shards): beyond it they stay unique but no longer sort by number; raise --shard-size"),
            (shards * (double)DriverBytesPerTask / DriverResultBytes, "the driver's memory for results: raise --shard-size"),
            (vcpus / (shardSize / ImagesPerVcpuSecond) / TasksPerSecond, "the driver starts tasks one by one: raise --shard-size"),
        ];
        return all.Where(limit => limit.Met > 1).OrderByDescending(limit => limit.Met).Select(limit => limit.What);
    }

    /// <summary>A full manifest's size, written by the code that writes them.</summary>
    private static int ManifestBytes(int shardSize)
    {
        using var snapshot = new SnapshotWriter("s3://bucket/datasets/fruits/", shardSize);
        for (var i = 0; ; i++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"apple golden/photo-{i:D9}.jpg");
            if (snapshot.Add(new ManifestEntry(key, ImageBytes, "0123456789abcdef0123456789abcdef"), out var shard))
                return shard.Content.Length;
        }
    }

    /// <summary>How long two groups' moments take to be merged, and how large one's file is; measured here.</summary>
    private static (double Seconds, long Bytes) MeasureMerge()
    {
        var random = new Random(Seed);
        Moments Group()
        {
            var rows = new float[512 * FeatureWidth];
            for (var i = 0; i < rows.Length; i++)
                rows[i] = random.NextSingle();
            var moments = new Moments(FeatureWidth);
            moments.Add(rows, 512);
            return moments;
        }

        var (a, b) = (Group(), Group());
        using var file = new MemoryStream();
        a.Write(file);
        _ = Moments.Merge(a, b);
        const int times = 10;
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < times; i++)
            a = Moments.Merge(a, b);
        return (Stopwatch.GetElapsedTime(started).TotalSeconds / times, file.Length);
    }

    /// <summary>Seconds per image to read its components and to offer it to the report's sample; measured here.</summary>
    private static double MeasureSelection()
    {
        const int rows = 4_096;
        const int components = 50;
        var random = new Random(Seed);
        var reduced = new float[components];
        using var part = new MemoryStream();
        using (var writer = new PartWriter(part, "components", components))
        {
            for (var row = 0; row < rows; row++)
            {
                foreach (ref var value in reduced.AsSpan())
                    value = random.NextSingle();
                writer.Add(string.Create(CultureInfo.InvariantCulture, $"class {row % 10}/photo-{row:D9}.jpg"), $"class {row % 10}", reduced);
            }

            writer.Complete();
        }

        var labels = Enumerable.Range(0, 10).ToDictionary(i => $"class {i}", _ => 1_000_000L, StringComparer.Ordinal);
        var selection = new SampleSelection<int>(Seed, SampleQuota.For(labels, Seed));
        const int times = 10;
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < times; i++)
        {
            using var reader = new PartReader(part.GetBuffer().AsMemory(0, (int)part.Length));
            while (reader.ReadRowGroup(out var images, out var of, out _, out var read))
            {
                for (var row = 0; row < read; row++)
                    selection.Offer(images[row], of[row], i);
            }
        }

        return Stopwatch.GetElapsedTime(started).TotalSeconds / times / rows;
    }

    private static void PrintAssumptions()
    {
        Line($"Assumed: {ImagesPerVcpuSecond} images a second and vCPU; images of {ImageBytes:N0} bytes; S3: {KeysPerListing:N0} keys a listing of {ListingSeconds} s, {RequestSeconds} s a small request,");
        Line($"{GetsPerPrefixSecond:N0} reads a second and prefix; {LostPerNodeHour:P0} of Spot nodes lost an hour, replaced after {ReplacementMinutes} minutes; shards differ by {ShardSpread:P0}; Spark's driver starts");
        Line($"{TasksPerSecond:N0} tasks a second and keeps {DriverBytesPerTask:N0} bytes of each; prices in bench/ScaleAssumptions.cs. Counted and measured: manifests, groups, answers, merges, the sample's choice.");
        Console.WriteLine();
    }

    private static string Duration(double seconds) => seconds switch
    {
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{seconds:N0} s"),
        < 7200 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:N0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:N1} h"),
    };

    private static long Number(string text)
        => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
