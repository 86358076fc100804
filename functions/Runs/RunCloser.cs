using System.Text.Json;
using Amazon.Lambda.Core;
using Pomona.Contracts;
using Pomona.Functions.Datasets;
using Pomona.Storage;

namespace Pomona.Functions.Runs;

/// <summary>
/// The workflow's last state. It frees the lock first and lists afterwards: an upload whose event came while the lock was
/// held is in the listing, and one whose event comes later takes the lock itself. So no upload is lost, and the lock's
/// condition keeps the two from starting two runs.
/// </summary>
internal sealed class RunCloser(
    IStore store, RunLocks locks, StackRoom room, DatasetMeter meter, RunStarter starter, TimeProvider time)
{
    /// <param name="request">Which, and how it ended.</param>
    /// <param name="origin">What names the next run: the invocation's request id.</param>
    /// <param name="log">Where to say what happened.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<ClosedRun> CloseAsync(
        CloseRunRequest request, string origin, ILambdaLogger log, CancellationToken cancellation)
    {
        if (request is { Outcome: RunOutcome.Finished, Fingerprint: { } finished, Summary: { } summary })
        {
            var latest = new LatestRun(request.Run, finished, time.GetUtcNow(), summary);
            await TryAsync(
                "remember it as the latest", request, log, () => store.WriteAsync(
                    BucketLayout.LatestRun(request.Dataset),
                    JsonSerializer.SerializeToUtf8Bytes(latest, ContractJson.Readable.LatestRun),
                    cancellation));
        }

        // A cluster that stays has the room as long as it is there: who finds none looks.
        if (request.Kept?.Until is null)
            await TryAsync("give its room back", request, log, () => room.FreeAsync(request.Run, cancellation));
        var released = await locks.ReleaseAsync(request.Dataset, request.Run, cancellation);
        if (request.Fingerprint is not { } seen)
            return new ClosedRun(released, Changed: false, null, null);

        var measured = await meter.MeasureAsync(request.Dataset, cancellation);
        var changed = measured.Fingerprint != seen;
        log.LogInformation(
            "Closed run {run} of data set {dataset}: {outcome}, changed meanwhile: {changed}",
            request.Run.Value, request.Dataset.Value, request.Outcome.ToString(), changed);
        // What has just failed is not rented again by itself; an emptied data set has nothing to run.
        if (!changed || request.Outcome == RunOutcome.Failed || measured.Images == 0)
            return new ClosedRun(released, changed, null, null);

        var next = await starter.StartAsync(request.Dataset, origin, log, cancellation);
        return new ClosedRun(released, changed, next.Run, next.ExecutionArn);
    }

    /// <summary>
    /// Does what only saves others work: without the latest run a data set is run once more, and who finds no room counts anew. The
    /// lock must be free all the same.
    /// </summary>
    private static async Task TryAsync(string what, CloseRunRequest request, ILambdaLogger log, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (StoreException fault)
        {
            log.LogWarning(fault, "Run {run} of data set {dataset}: could not {what}", request.Run.Value, request.Dataset.Value, what);
        }
    }
}
