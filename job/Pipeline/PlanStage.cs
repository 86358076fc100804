using System.Globalization;
using System.Text.Json;
using Pomona.Contracts;
using Pomona.Job.Runs;
using Pomona.Storage;

namespace Pomona.Job.Pipeline;

/// <summary>Input → manifests: cuts the listing into shards in key order, and writes the plan last.</summary>
internal static class PlanStage
{
    /// <summary>The run's plan: the one that is there, checked against the input, or a new one.</summary>
    /// <param name="listing">The input's; null to trust the plan that is there, even if the input has changed since.</param>
    /// <param name="output">Where the manifests go.</param>
    /// <param name="cancellation">Stops it.</param>
    public static async Task<RunPlan> RunAsync(InputListing? listing, IStore output, CancellationToken cancellation)
    {
        var earlier = await PlanFile.TryReadAsync(output, cancellation).ConfigureAwait(false);
        if (listing is null)
        {
            return earlier ?? throw new PomonaException(
                ExitCode.Conflict,
                $"{output.Address} has no snapshot ({RunLayout.Plan}): write one first, or leave out {JobArguments.UseSnapshot}.");
        }

        if (earlier is not null)
        {
            await RequireUnchangedAsync(earlier, listing, output, cancellation).ConfigureAwait(false);
            return earlier;
        }

        // What a killed run's planning left: the listing may have been another.
        await foreach (var left in output.ListAsync(RunLayout.Manifests, cancellation).ConfigureAwait(false))
            await output.DeleteAsync(left.Key, cancellation).ConfigureAwait(false);

        var plan = await listing.EndAsync(
            shard => output.WriteAsync(shard.Path, shard.Content, cancellation), cancellation).ConfigureAwait(false);
        await output.WriteAsync(
            RunLayout.Plan,
            JsonSerializer.SerializeToUtf8Bytes(plan, ContractJson.Readable.RunPlan),
            cancellation).ConfigureAwait(false);
        return plan;
    }

    private static async Task RequireUnchangedAsync(
        RunPlan earlier, InputListing listing, IStore output, CancellationToken cancellation)
    {
        var now = await listing.EndAsync(_ => Task.CompletedTask, cancellation).ConfigureAwait(false);
        if (!string.Equals(now.Fingerprint, earlier.Fingerprint, StringComparison.Ordinal))
        {
            throw new PomonaException(ExitCode.Conflict, string.Create(
                CultureInfo.InvariantCulture,
                $"{listing.Address} has changed since the run in {output.Address} began ({earlier.Images} images then, "
                + $"{now.Images} now): choose another --output, or start over with --restart."));
        }
    }
}
