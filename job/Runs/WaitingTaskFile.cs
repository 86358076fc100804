using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Job.Runs;

/// <summary>Writes which task of the workflow waits for a run; an earlier attempt's, whose task has ended, is replaced.</summary>
internal static class WaitingTaskFile
{
    /// <exception cref="PomonaException">Something else stands in its place, or it keeps changing.</exception>
    public static async Task WriteAsync(IStore output, WaitingTask task, CancellationToken cancellation)
    {
        var json = task.ToJson();
        for (var attempt = 0; attempt < Ledger.MostAttempts; attempt++)
        {
            if (await output.TryCreateAsync(RunLayout.WaitingTask, json, cancellation).ConfigureAwait(false) is not null)
                return;
            if (await output.TryReadAsync(RunLayout.WaitingTask, WaitingTask.LargestFile, cancellation).ConfigureAwait(false) is not { } there)
                continue;
            if (there.Content.Span.SequenceEqual(json))
                return;
            if (WaitingTask.TryParse(there.Content.Span) is null)
                throw Ledger.Foreign(output, RunLayout.WaitingTask);
            if (await output.TryReplaceAsync(RunLayout.WaitingTask, there.ETag, json, cancellation).ConfigureAwait(false) is not null)
                return;
        }

        throw Ledger.Restless(output, RunLayout.WaitingTask);
    }
}
