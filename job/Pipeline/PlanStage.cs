using System.Globalization;
using System.Text.Json;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Job.Pipeline;

/// <summary>
/// Input → manifests: lists the images, cuts the listing into shards in key order, and writes the plan last. Memory does not
/// grow with the number of images.
/// </summary>
internal static class PlanStage
{
    /// <summary>Throws unless the input can be listed and has at least one image by name.</summary>
    public static async Task RequireImagesAsync(IStore input, CancellationToken cancellation)
    {
        using var tally = new SnapshotTally();
        await foreach (var item in input.ListAsync(string.Empty, cancellation).ConfigureAwait(false))
        {
            if (tally.Add(new ManifestEntry(item.Key, item.Size, item.ETag)))
                return;
        }

        throw new PomonaException(
            ExitCode.Input,
            tally.SkippedFiles == 0
                ? $"{input.Address} is empty: put images there, one sub-folder per class."
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"none of the {tally.SkippedFiles} files in {input.Address} is an image by name: use .jpg, .png, .webp, .gif, .bmp or .tif."));
    }

    /// <summary>The run's plan: the one that is there, checked against the input, or a new one.</summary>
    /// <param name="settings">The run's settings; written before the first manifest.</param>
    /// <param name="input">Where the images are.</param>
    /// <param name="output">Where the manifests go.</param>
    /// <param name="useSnapshot">Trust the plan that is there, even if the input has changed since.</param>
    /// <param name="cancellation">Stops it.</param>
    public static async Task<RunPlan> RunAsync(
        RunSettings settings,
        IStore input,
        IStore output,
        bool useSnapshot,
        CancellationToken cancellation)
    {
        var earlier = await PlanFile.TryReadAsync(output, cancellation).ConfigureAwait(false);
        if (useSnapshot)
        {
            return earlier ?? throw new PomonaException(
                ExitCode.Conflict,
                $"{output.Address} has no snapshot ({RunLayout.Plan}): write one first, or leave out {JobArguments.UseSnapshot}.");
        }

        if (earlier is not null)
        {
            await RequireUnchangedAsync(earlier, settings, input, output, cancellation).ConfigureAwait(false);
            return earlier;
        }

        // What a killed run's planning left: the listing may have been another.
        await foreach (var left in output.ListAsync(RunLayout.Manifests, cancellation).ConfigureAwait(false))
            await output.DeleteAsync(left.Key, cancellation).ConfigureAwait(false);

        var plan = await SnapshotAsync(
            settings,
            input,
            shard => output.WriteAsync(shard.Path, shard.Content, cancellation),
            cancellation).ConfigureAwait(false);
        await output.WriteAsync(
            RunLayout.Plan,
            JsonSerializer.SerializeToUtf8Bytes(plan, ContractJson.Readable.RunPlan),
            cancellation).ConfigureAwait(false);
        return plan;
    }

    private static async Task RequireUnchangedAsync(
        RunPlan earlier,
        RunSettings settings,
        IStore input,
        IStore output,
        CancellationToken cancellation)
    {
        var now = await SnapshotAsync(settings, input, _ => Task.CompletedTask, cancellation).ConfigureAwait(false);
        if (!string.Equals(now.Fingerprint, earlier.Fingerprint, StringComparison.Ordinal))
        {
            throw new PomonaException(ExitCode.Conflict, string.Create(
                CultureInfo.InvariantCulture,
                $"{input.Address} has changed since the run in {output.Address} began ({earlier.Images} images then, "
                + $"{now.Images} now): choose another --output, or start over with --restart."));
        }
    }

    private static async Task<RunPlan> SnapshotAsync(
        RunSettings settings,
        IStore input,
        Func<ManifestShard, Task> write,
        CancellationToken cancellation)
    {
        using var snapshot = new SnapshotWriter(input.Address, settings.ShardSize);
        await foreach (var item in input.ListAsync(string.Empty, cancellation).ConfigureAwait(false))
        {
            if (snapshot.Add(new ManifestEntry(item.Key, item.Size, item.ETag), out var shard))
                await write(shard).ConfigureAwait(false);
        }

        var plan = snapshot.Complete(out var last);
        if (last is not null)
            await write(last).ConfigureAwait(false);
        return plan;
    }
}
