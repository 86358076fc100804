using Amazon.Lambda.Core;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Functions.Runs;

/// <summary>
/// Removes runs that nothing was written to for longer than the stack keeps runs. The newest finished run of a data set stays, and so
/// does the one that the data set's lock names.
/// </summary>
/// <param name="store">The bucket.</param>
/// <param name="locks">Who is at work on a data set.</param>
/// <param name="keepDays">For how many days runs are kept; 0 for ever.</param>
/// <param name="time">The clock.</param>
internal sealed class RunForgetter(IStore store, RunLocks locks, int keepDays, TimeProvider time)
{
    private const int NamedAtMost = 5;

    private readonly RunRemoval _removal = new(store);

    public async Task<ForgottenRuns> ForgetAsync(ILambdaLogger log, CancellationToken cancellation)
    {
        var forgotten = new List<string>();
        var failed = new List<string>();
        var before = time.GetUtcNow() - TimeSpan.FromDays(keepDays);
        foreach (var runs in keepDays == 0 ? [] : (await ListAsync(cancellation)).GroupBy(static run => run.Dataset))
        {
            try
            {
                var newest = runs.Where(static run => run.FinishedAt is not null).MaxBy(static run => (run.FinishedAt, run.Id.Value));
                foreach (var run in runs.Where(run => run != newest && run.LastWrite < before))
                    await ForgetAsync(run);
            }
            catch (StoreException fault)
            {
                log.LogError(fault, "Data set {dataset}: its old runs could not be looked at", runs.Key.Value);
                failed.Add($"{BucketLayout.Runs}{runs.Key}/");
            }
        }

        return new ForgottenRuns(forgotten, failed);

        async Task ForgetAsync(ListedRun run)
        {
            // Asked anew for every run: removing one may take minutes, and a person may go on with another meanwhile.
            if ((await locks.ReadAsync(run.Dataset, cancellation))?.Holder?.Run == run.Id)
                return;
            var folder = BucketLayout.Run(run.Dataset, run.Id);
            try
            {
                if (await _removal.TryRemoveAsync(folder, store.Address + BucketLayout.Dataset(run.Dataset), cancellation) is not { } removed)
                {
                    log.LogInformation("{folder} is older than {days} days and holds no plan of a run of its data set: it is left alone", folder, keepDays);
                    return;
                }

                forgotten.Add(folder);
                log.LogInformation(
                    "Removed {folder}, older than {days} days: {files} files, {bytes} bytes; left alone, since no run wrote them: {left} {names}",
                    folder, keepDays, removed.Files, removed.Bytes, removed.LeftAlone.Count,
                    string.Join(", ", removed.LeftAlone.Take(NamedAtMost).Select(static key => Printable.Excerpt(key))));
            }
            catch (StoreException fault)
            {
                log.LogError(fault, "{folder} could not be removed", folder);
                failed.Add(folder);
            }
        }
    }

    /// <summary>All runs, and when each was last written to.</summary>
    private async Task<IReadOnlyList<ListedRun>> ListAsync(CancellationToken cancellation)
    {
        var runs = new List<ListedRun>();
        await foreach (var file in store.ListAsync(BucketLayout.Runs, cancellation))
        {
            if (file.Key[BucketLayout.Runs.Length..].Split('/', 3) is not [var datasetPart, var runPart, var rest]
                || !DatasetName.TryParse(datasetPart, out var dataset) || !RunId.TryParse(runPart, out var id))
                continue;
            if (runs.LastOrDefault() is not { } run || run.Dataset != dataset || run.Id != id)
                runs.Add(run = new ListedRun(dataset, id, file.LastModified, FinishedAt: null));
            if (file.LastModified > run.LastWrite)
                runs[^1] = run = run with { LastWrite = file.LastModified };
            if (rest == RunLayout.Marker)
                runs[^1] = run with { FinishedAt = (await RunNotes.MarkerAsync(store, BucketLayout.Run(dataset, id), cancellation))?.FinishedAt };
        }

        return runs;
    }

    private sealed record ListedRun(DatasetName Dataset, RunId Id, DateTimeOffset LastWrite, DateTimeOffset? FinishedAt);
}

/// <summary>Which runs were removed.</summary>
/// <param name="Removed">Their folders.</param>
/// <param name="Failed">Those that could not be removed, or the folder of a data set whose runs could not be looked at.</param>
public sealed record ForgottenRuns(IReadOnlyList<string> Removed, IReadOnlyList<string> Failed);
