using System.Globalization;
using Pomona.Contracts;
using Pomona.Job.Engines;
using Pomona.Job.Parquet;
using Pomona.Job.Pipeline;
using Pomona.Job.Progress;
using Pomona.Storage;
using Pomona.Vision.Imaging;
using Pomona.Vision.Models;

namespace Pomona.Bench;

/// <summary>
/// Plan and extract, and nothing after: the part of a run that a peer program can do too. The driver beside this measures it
/// as a whole process.
/// </summary>
internal static class Extraction
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [var images, var folder, var modelFile, var threads])
            return 2;

        var model = await new ModelCatalog(new ModelCatalogOptions()).ResolveAsync(modelFile, CancellationToken.None);
        using var input = StoreAddress.Open(images);
        using var output = StoreAddress.Open(Directory.CreateDirectory(folder).FullName);
        var settings = new RunSettings(
            input.Address, output.Address, 50, ResizeFilter.Bicubic, RunPlan.DefaultShardSize, HonourOrientation: false,
            MaxMegapixels: 100, model.Path, model.Metadata, int.Parse(threads, CultureInfo.InvariantCulture),
            PartLayout.Form);
        var plan = await PlanStage.RunAsync(settings, input, output, useSnapshot: false, CancellationToken.None);
        using var work = new StageWork(settings, input, output, TimeProvider.System);
        using var progress = new NoProgress().Begin("extract", plan.Images);
        await new LocalEngine(work).RunAsync(Stage.Extract, settings, plan.Shards, progress, CancellationToken.None);
        return 0;
    }
}
