using System.Text.Json;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Job.Runs;

/// <summary>Reads a run's plan.</summary>
internal static class PlanFile
{
    /// <summary>The plan; null when none has been made yet.</summary>
    public static async Task<RunPlan?> TryReadAsync(IStore output, CancellationToken cancellation)
    {
        if (!await output.ExistsAsync(RunLayout.Plan, cancellation).ConfigureAwait(false))
            return null;

        using var bytes = await output.ReadAsync(RunLayout.Plan, etag: null, cancellation).ConfigureAwait(false);
        try
        {
            if (JsonSerializer.Deserialize(bytes.Span, ContractJson.Readable.RunPlan) is
                {
                    Input: not null, Fingerprint: not null, Images: >= 0, Bytes: >= 0, SkippedFiles: >= 0, ShardSize: > 0 and <= RunPlan.MostShardSize,
                } plan
                && plan.Shards == (plan.Images + plan.ShardSize - 1) / plan.ShardSize)
                return plan;
        }
        catch (JsonException)
        {
            // As for a plan that is null or contradicts itself, below.
        }

        throw new PomonaException(
            ExitCode.Conflict,
            $"{RunLayout.Plan} in {output.Address} is damaged, or no plan of Pomona's: move it away, or choose another --output.");
    }

    /// <summary>The plan, which an earlier stage has made.</summary>
    public static async Task<RunPlan> ReadAsync(IStore output, CancellationToken cancellation)
        => await TryReadAsync(output, cancellation).ConfigureAwait(false)
            ?? throw new PomonaException(ExitCode.Conflict, $"{output.Address} has no {RunLayout.Plan}: run the plan stage first.");
}
