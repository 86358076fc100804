using Pomona.Contracts;
using Pomona.Job.Engines;
using Pomona.Job.Pipeline;
using Pomona.Storage;
using Pomona.Vision.Imaging;
using Pomona.Vision.Models.Catalog;

namespace Pomona.Bench;

/// <summary>A run of the product from a folder of images to its marker, with what a person's run has by default.</summary>
internal static class WholeRun
{
    /// <summary>Runs it on all processors.</summary>
    /// <param name="images">The folder of images.</param>
    /// <param name="folder">Where the run is written.</param>
    /// <param name="since">An earlier run's folder, or null.</param>
    /// <param name="model">The model.</param>
    /// <param name="progress">Hears of it.</param>
    public static async Task<RunMarker> OfAsync(string images, string folder, string? since, ResolvedModel model, IRunProgress progress)
    {
        using var input = StoreAddress.Open(images);
        using var output = StoreAddress.Open(folder);
        var request = new RunRequest
        {
            Input = images,
            Output = output.Address,
            Components = 50,
            Resize = ResizeFilter.Bicubic,
            ShardSize = RunPlan.DefaultShardSize,
            Threads = Environment.ProcessorCount,
            MaxMegapixels = FeatureSettings.DefaultMegapixels,
            Since = since,
        };
        return await new RunPipeline(request, model, input, output, new LocalEngine(), progress, TimeProvider.System).RunAsync(CancellationToken.None);
    }
}
