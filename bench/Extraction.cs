using System.Globalization;
using Pomona.Contracts;
using Pomona.Job.Engines;
using Pomona.Job.Parquet;
using Pomona.Job.Pipeline;
using Pomona.Job.Progress;
using Pomona.Job.Runs;
using Pomona.Storage;
using Pomona.Vision.Imaging;
using Pomona.Vision.Models.Catalog;

namespace Pomona.Bench;

/// <summary>
/// Plan and extract, and nothing after: the part of a run that a peer program can do too. The driver beside this measures it
/// as a whole process.
/// </summary>
internal static class Extraction
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [var photos, var folder, var modelFile, var threads, var mode])
            return 2;

        var model = await new ModelCatalog(new ModelCatalogOptions()).ResolveAsync(modelFile, CancellationToken.None);
        using var input = StoreAddress.Open(photos);
        using var output = StoreAddress.Open(Directory.CreateDirectory(folder).FullName);
        var settings = new RunSettings(
            input.Address, output.Address, 50, ResizeFilter.Bicubic, RunPlan.DefaultShardSize, HonourOrientation: true, mode == JobArguments.Scaled ? DecodeMode.Scaled : DecodeMode.Exact,
            MaxMegapixels: 100, model.Path, model.Metadata, int.Parse(threads, CultureInfo.InvariantCulture),
            PartLayout.Form, RunSettings.NewRun());
        var images = new RunInput(input);
        await using var listing = await InputListing.BeginAsync(images, settings.ShardSize, testSplit: null, since: null, CancellationToken.None);
        var plan = await PlanStage.RunAsync(
            listing, output, await EarlierRun.OpenAsync(output, settings, restart: false, CancellationToken.None), CancellationToken.None);
        await SampleFile.WriteAsync(output, new Ledger(output, settings.Run), plan, CancellationToken.None);
        using var work = new StageWork(settings, images, output, TimeProvider.System, new Decoding(ProcessEnd.ForAPersonAsync), isSeenInStore: false);
        using var progress = new NoProgress().Begin("extract", plan.Images);
        await new StageRun(new LocalEngine(), work, settings, output, TimeProvider.System, TimeSpan.Zero, TimeSpan.Zero)
            .RunAsync(Stage.Extract, plan.Shards, plan, progress, CancellationToken.None);
        return 0;
    }
}
