using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pomona.Contracts;
using Pomona.Functions.Hosting;
using Pomona.Functions.Planning;
using Pomona.Storage;

namespace Pomona.Bench;

/// <summary>
/// What functions and a cluster take and cost for runs of several sizes, reckoned by PlanRun's own code: with the template's parameters,
/// and with the processor time that RunShards' program takes here, in a process of its own on so many processors as a function has.
/// </summary>
internal static class EngineComparison
{
    public const string Command = "engines";

    private const int SmallBytes = 10_000; // of 100 × 100 pixels
    private const long TelephoneBytes = 4_000_000;
    private const int Batches = 5;

    private static readonly int[] Memories = [1769, 3538, 10240];

    private static readonly (string Name, long Images, long Bytes)[] Runs =
    [
        ("500 of 100 × 100", 500, SmallBytes), ("10,000 of 100 × 100", 10_000, SmallBytes), ("100,000 of 100 × 100", 100_000, SmallBytes),
        ("10,000 of 12 MP, 4 MB each", 10_000, TelephoneBytes),
    ];

    /// <summary>Draws, measures and reckons.</summary>
    /// <param name="model">A model that <c>./pomona model import</c> has prepared.</param>
    /// <param name="small">How many small photos to draw.</param>
    /// <param name="large">How many of 12 megapixels.</param>
    public static int Run(string model, int small, int large)
    {
        var folder = Directory.CreateTempSubdirectory("pomona-engines-").FullName;
        try
        {
            Line($"{small:N0} drawn photos of 100 × 100 and {large:N0} of 12 MP; {Environment.ProcessorCount} processors here, a function's threads on as many of them as it has vCPUs, at most all.");
            Line($"| photos | memory | CPU ms an image: extract | fit and reduce | CPU s: cold start | a next | memory at most |");
            Line($"|---|---|---|---|---|---|---|");
            var rate = 0.0;
            foreach (var (kind, count) in (ReadOnlySpan<(string, int)>)[("100px", small), ("12mp", large)])
            {
                var photos = Path.Combine(folder, kind);
                DrawnPhotos.WriteSet(kind, count, Path.Combine(photos, "photos"));
                foreach (var megabytes in Memories)
                {
                    var measured = Measure(photos, model, count, megabytes, Path.Combine(folder, $"{kind}-{megabytes}"));
                    Line($"| {kind} | {megabytes:N0} MB, {megabytes / (double)RunEngine.MegabytesPerVcpu:0.0} vCPU{(measured.Processors * RunEngine.MegabytesPerVcpu < megabytes - RunEngine.MegabytesPerVcpu / 2 ? $", on {measured.Processors}" : string.Empty)} | {measured.ExtractMs:0.0} | {measured.NumbersMs:0.00} | {measured.ColdSeconds:0.0} | {measured.NextSeconds:0.0} | {measured.Memory / 1e6:0} MB |");
                    if (kind == "100px" && megabytes == Memories[0])
                        rate = 1000 / measured.ExtractMs;
                }
            }

            Console.WriteLine();
            Compare("25", "the template's ImagesPerVcpuSecond, 25");
            Compare(Math.Round(rate, 1).ToString(CultureInfo.InvariantCulture), "what was measured with one vCPU");
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Compare(string rate, string source)
    {
        var prices = With(rate, Memories[0]).Prices;
        Line($"Reckoned with {rate} small photos a second and vCPU ({source}), prices in {prices.Currency} of {prices.Date}:");
        Line($"| photos | functions of 1,769 MB | of 3,538 MB | of 10,240 MB | cluster |");
        Line($"|---|---|---|---|---|");
        foreach (var (name, images, bytes) in Runs)
            Line($"| {name} | {string.Join(" | ", Memories.Select(megabytes => Told(Functions(rate, megabytes, images, bytes))))} | {Told(Cluster(rate, images, bytes))} |");
        foreach (var (name, bytes) in (ReadOnlySpan<(string, long)>)[("small photos", SmallBytes), ("telephone photos", TelephoneBytes)])
            Line($"Of {name}, `auto` takes a cluster from about {CrossingOf(rate, bytes):N0} on.");
        Console.WriteLine();
    }

    private static string Told((RunEstimate Estimate, string? Limit) offer) => offer.Limit is not null
        ? "beyond their limits"
        : string.Create(CultureInfo.InvariantCulture, $"{Duration(offer.Estimate.EndsAfter)}, {offer.Estimate.Cost:0.00##}");

    /// <summary>From how many images on functions are dearer or later, to two digits.</summary>
    private static long CrossingOf(string rate, long bytes)
    {
        for (long step = 100; ; step *= 10)
        {
            for (var images = step; images < 10 * step; images += step / 10)
            {
                var (functions, cluster) = (Functions(rate, Memories[0], images, bytes), Cluster(rate, images, bytes).Estimate);
                if (functions.Limit is not null || functions.Estimate.Cost > cluster.Cost || functions.Estimate.EndsAfter > cluster.EndsAfter)
                    return images;
            }
        }
    }

    private static (RunEstimate Estimate, string? Limit) Functions(string rate, int megabytes, long images, long bytes)
    {
        var settings = With(rate, megabytes);
        var offer = new FunctionSizing(settings.Sizing, settings.Functions, settings.Prices).OfferFor(PlanOf(images, bytes));
        return (offer.Estimate, offer.Limit);
    }

    private static (RunEstimate Estimate, string? Limit) Cluster(string rate, long images, long bytes)
    {
        var settings = With(rate, Memories[0]);
        var sizing = new ClusterSizing(settings.Sizing, settings.Prices);
        var plan = PlanOf(images, bytes);
        var size = sizing.SizeOf(plan, null);
        (size, var types) = sizing.Fit(size, ClusterTypes.Of(ClusterForm.TaskTypes, offered: null, "emr-7.7.0", withTasks: size.Task > 0));
        return (sizing.EstimateOf(plan, size, types), null);
    }

    private static Settings With(string rate, int megabytes) => new(name => name switch
    {
        "POMONA_IMAGES_PER_VCPU_SECOND" => rate,
        "POMONA_FUNCTION_MEMORY" => megabytes.ToString(CultureInfo.InvariantCulture),
        _ => null,
    });

    private static RunPlan PlanOf(long images, long bytes)
    {
        var shards = (int)((images + RunPlan.DefaultShardSize - 1) / RunPlan.DefaultShardSize);
        return new RunPlan(
            "s3://bucket/datasets/photos/", images, images * bytes, shards, RunPlan.DefaultShardSize, 0, new string('0', 64),
            Large: bytes > LargeImageBytes.SmallImage ? new LargeImageBytes(Jpeg: images * (bytes - LargeImageBytes.SmallImage)) : null);
    }

    private static Measured Measure(string photos, string model, int count, int megabytes, string folder)
    {
        var processors = Math.Min(Environment.ProcessorCount, Math.Max(1, (int)Math.Round(megabytes / (double)RunEngine.MegabytesPerVcpu)));
        Prepare(folder, photos, model, Math.Max(1, count / Batches));
        var calls = Call(FunctionCalls.Whole, folder, megabytes, processors);
        // The first batch makes the model's session, which each process does once.
        var extract = calls.Where(static call => call.What == "extract").Skip(1).ToArray();
        var images = extract.Sum(static call => call.Shards) * Math.Max(1, count / Batches);
        var cold = folder + "-cold";
        Prepare(cold, photos, model, shardSize: 1);
        Call(FunctionCalls.Begin, cold, megabytes, processors);
        var first = Call(FunctionCalls.OneShard, cold, megabytes, processors)[0];
        return new Measured(
            processors,
            extract.Sum(static call => call.Cpu) / Math.Min(images, count) * 1000,
            calls.Where(static call => call.What is "fit" or "reduce").Sum(static call => call.Cpu) / count * 1000,
            first.OfProcess,
            calls.Where(static call => call.What == "next").Skip(1).Max(static call => call.Cpu),
            calls.Max(static call => call.Memory));
    }

    /// <summary>A run as PlanRun leaves it, its bundle, and the photos.</summary>
    private static void Prepare(string folder, string photos, string model, int shardSize)
    {
        var (output, bundle) = (Path.Combine(folder, "output"), Path.Combine(folder, "bundle"));
        Directory.CreateDirectory(Path.Combine(bundle, "model"));
        File.WriteAllText(Path.Combine(folder, "input.path"), photos);
        File.Copy(model, Path.Combine(bundle, ArtifactSums.Model));
        File.Copy(Path.ChangeExtension(model, ".json"), Path.Combine(bundle, ArtifactSums.ModelDescription));
        var list = string.Concat(((string[])[ArtifactSums.ModelDescription, ArtifactSums.Model]).Select(file => $"{Sum(File.ReadAllBytes(Path.Combine(bundle, file)))}  {file}\n"));
        File.WriteAllText(Path.Combine(bundle, BucketLayout.ArtifactList), list);
        File.WriteAllText(Path.Combine(folder, "bundle.name"), Sum(Encoding.UTF8.GetBytes(list)));

        using var input = new FolderStore(photos);
        using var writer = new SnapshotWriter(input.Address, shardSize);
        foreach (var item in input.ListAsync(string.Empty, CancellationToken.None).ToBlockingEnumerable())
        {
            if (writer.Add(new ManifestEntry(item.Key, item.Size, item.ETag), out var shard))
                Write(shard.Path, shard.Content.Span);
        }

        var plan = writer.Complete(out var last);
        if (last is not null)
            Write(last.Path, last.Content.Span);
        Write(RunLayout.Plan, JsonSerializer.SerializeToUtf8Bytes(plan, ContractJson.Readable.RunPlan));

        void Write(string key, ReadOnlySpan<byte> content)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(output, key))!);
            File.WriteAllBytes(Path.Combine(output, key), content);
        }
    }

    private static IReadOnlyList<Called> Call(string which, string folder, int megabytes, int processors)
    {
        var start = new ProcessStartInfo("taskset", ["-c", $"0-{processors - 1}", Environment.ProcessPath!, typeof(EngineComparison).Assembly.Location, FunctionCalls.Command, which, folder, megabytes.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
        };
        // Lambda has no libturbojpeg: a library of that name without its functions hides this machine's.
        var hidden = Path.Combine(folder, "hidden");
        if (!Directory.Exists(hidden))
        {
            Directory.CreateDirectory(hidden);
            File.Copy(Path.Combine(AppContext.BaseDirectory, "runtimes/linux-x64/native/libonnxruntime_providers_shared.so"), Path.Combine(hidden, "libturbojpeg.so.0"));
        }

        start.Environment["LD_LIBRARY_PATH"] = hidden;
        // As the function's own runtimeconfig.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        using var process = Process.Start(start)!;
        var lines = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"the function's process ended with {process.ExitCode}: see above");
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split(' ')).Select(static part => new Called(
            part[0], int.Parse(part[1], CultureInfo.InvariantCulture), Number(part[2]), Number(part[4]), long.Parse(part[5], CultureInfo.InvariantCulture)))];
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Sum(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static string Duration(long seconds) => seconds < 120 ? $"{seconds} s" : string.Create(CultureInfo.InvariantCulture, $"{seconds / 60.0:0} min");

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private sealed record Measured(int Processors, double ExtractMs, double NumbersMs, double ColdSeconds, double NextSeconds, long Memory);

    private sealed record Called(string What, int Shards, double Cpu, double OfProcess, long Memory);
}
