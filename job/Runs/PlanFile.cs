using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Job.Runs;

internal static class PlanFile
{
    /// <summary>The plan; null when none has been made yet.</summary>
    public static async Task<RunPlan?> TryReadAsync(IStore output, CancellationToken cancellation)
    {
        if (!await output.ExistsAsync(RunLayout.Plan, cancellation).ConfigureAwait(false))
            return null;

        using var bytes = await output.ReadAsync(RunLayout.Plan, etag: null, cancellation).ConfigureAwait(false);
        return RunPlan.TryParse(bytes.Span) ?? throw new PomonaException(
            ExitCode.Conflict,
            $"{RunLayout.Plan} in {output.Address} is damaged, or no plan of Pomona's: move it away, or choose another --output.");
    }

    /// <summary>The plan, which an earlier stage has made.</summary>
    public static async Task<RunPlan> ReadAsync(IStore output, CancellationToken cancellation)
        => await TryReadAsync(output, cancellation).ConfigureAwait(false)
            ?? throw new PomonaException(ExitCode.Conflict, $"{output.Address} has no {RunLayout.Plan}: run the plan stage first.");
}
