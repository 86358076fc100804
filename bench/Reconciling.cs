using System.Diagnostics;
using System.Globalization;
using Pomona.Contracts;
using Pomona.Job.Engines;
using Pomona.Job.Pipeline;
using Pomona.Job.Progress;
using Pomona.Job.Runs;
using Pomona.Storage;
using Pomona.Vision.Imaging;
using Pomona.Vision.Models.Catalog;

namespace Pomona.Bench;

/// <summary>
/// What holding a run of 1,000 parts against its ledger costs, beside what the run itself costs: processor time of this
/// process, its start not counted. The fewer images a part has, the larger the share.
/// </summary>
internal static class Reconciling
{
    private const int Parts = 1_000;
    private const int Rounds = 9;

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [var photos, var modelFile])
        {
            Console.Error.WriteLine("Usage: ./pomona bench reconcile IMAGES MODEL");
            return 2;
        }

        var model = await new ModelCatalog(new ModelCatalogOptions()).ResolveAsync(modelFile, CancellationToken.None);
        using var input = StoreAddress.Open(photos);
        var images = await CountAsync(input);
        if (images < Parts)
        {
            Console.Error.WriteLine($"{photos} has {images} images, and {Parts} parts need as many at least.");
            return 2;
        }

        var folder = Directory.CreateTempSubdirectory("pomona-bench-").FullName;
        try
        {
            using var output = StoreAddress.Open(folder);
            var request = new RunRequest
            {
                Input = photos,
                Output = folder,
                Components = 50,
                Resize = ResizeFilter.Bicubic,
                ShardSize = (int)((images + Parts - 1) / Parts),
                Threads = Environment.ProcessorCount,
                MaxMegapixels = 100,
            };
            Task<RunMarker> RunAsync() => new RunPipeline(
                request, model, input, output, new LocalEngine(), new NoProgress(), TimeProvider.System).RunAsync(CancellationToken.None);
            RunMarker? marker = null;
            var run = await CpuAsync(async () => marker = await RunAsync());
            var again = await CpuAsync(RunAsync);
            var settings = RunSettings.FromJson(await File.ReadAllBytesAsync(Path.Combine(folder, RunLayout.Settings)));
            var rounds = new double[Rounds];
            for (var round = 0; round < Rounds; round++)
                rounds[round] = await CpuAsync(() => LedgerAudit.ReadAsync(output, settings.Run, CancellationToken.None));
            Array.Sort(rounds);

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
                {marker!.Summary.Images:N0} images in {marker.Summary.Shards:N0} parts of features and as many of components
                the run                                  {run,8:F2} CPU-s
                the finished run asked for again         {again,8:F2} CPU-s  {again / run:P2}  (lists the input and the output, reads the ledger, the first time in this process)
                of it, the output held against the ledger {rounds[Rounds / 2],7:F2} CPU-s  {rounds[Rounds / 2] / run:P2}  (median of {Rounds}; {rounds[0]:F2} to {rounds[^1]:F2})
                """));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<long> CountAsync(IStore input)
    {
        var images = 0L;
        await foreach (var item in input.ListAsync(string.Empty, CancellationToken.None))
            images += ImageFileName.IsImage(item.Key) ? 1 : 0;
        return images;
    }

    private static async Task<double> CpuAsync(Func<Task> work)
    {
        var before = Cpu();
        await work();
        return (Cpu() - before).TotalSeconds;
    }

    private static TimeSpan Cpu()
    {
        using var self = Process.GetCurrentProcess();
        return self.TotalProcessorTime;
    }
}
