using Pomona.Contracts;

namespace Pomona.Storage;

/// <summary>Reads what runs say of themselves: what is missing, too long or something else is null.</summary>
public static class RunNotes
{
    private const int LargestLatestRun = 64 << 10;

    /// <summary>A run's marker; null where the run has not finished.</summary>
    /// <param name="store">Where the run is.</param>
    /// <param name="folder">Its folder below the store's root, with its slash; empty where it is the root.</param>
    /// <param name="cancellation">Ends the call.</param>
    public static async Task<RunMarker?> MarkerAsync(IStore store, string folder, CancellationToken cancellation)
        => await WholeAsync(store, folder + RunLayout.Marker, RunMarker.LargestFile, cancellation).ConfigureAwait(false) is { } marker
            ? RunMarker.TryParse(marker.Span)
            : null;

    /// <summary>A run's plan; null before its snapshot was taken.</summary>
    /// <inheritdoc cref="MarkerAsync" path="/param"/>
    public static async Task<RunPlan?> PlanAsync(IStore store, string folder, CancellationToken cancellation)
        => await WholeAsync(store, folder + RunLayout.Plan, RunPlan.LargestFile, cancellation).ConfigureAwait(false) is { } plan
            ? RunPlan.TryParse(plan.Span)
            : null;

    /// <summary>How many of a run's images have features.</summary>
    /// <param name="store">Where the run is.</param>
    /// <param name="folder">Its folder below the store's root, with its slash; empty where it is the root.</param>
    /// <param name="plan">Its plan.</param>
    /// <param name="cancellation">Ends the call.</param>
    public static async Task<long> ImagesDoneAsync(IStore store, string folder, RunPlan plan, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(plan);
        var there = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var found in store.ListAsync(folder + RunLayout.FeaturesFolder, cancellation).ConfigureAwait(false))
            there.Add(found.Key[folder.Length..]);
        return plan.ImagesDone(there);
    }

    /// <summary>
    /// The latest run of a data set, as its bucket notes it; null where that cannot be read: only a shortcut is lost then, and the data set is
    /// run again.
    /// </summary>
    public static async Task<LatestRun?> LatestAsync(IStore bucket, DatasetName dataset, CancellationToken cancellation)
        => await WholeAsync(bucket, BucketLayout.LatestRun(dataset), LargestLatestRun, cancellation).ConfigureAwait(false) is { } note
            && JsonText.TryRead(note.Span, ContractJson.Readable.LatestRun) is { Run: not null, Fingerprint: not null } latest
            ? latest
            : null;

    /// <summary>
    /// The latest run of a data set that is still there: with <c>KeepRunsDays</c>, what it made may have been removed since, and then it is no
    /// reason to make nothing.
    /// </summary>
    public static async Task<LatestRun?> LatestKeptAsync(IStore bucket, DatasetName dataset, CancellationToken cancellation)
        => await LatestAsync(bucket, dataset, cancellation).ConfigureAwait(false) is { } latest
            && await bucket.ExistsAsync(BucketLayout.Run(dataset, latest.Run) + RunLayout.Marker, cancellation).ConfigureAwait(false)
            ? latest
            : null;

    private static async Task<ReadOnlyMemory<byte>?> WholeAsync(IStore store, string key, int most, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(store);
        return await store.TryReadAsync(key, most, cancellation).ConfigureAwait(false) is { IsTruncated: false } note ? note.Content : null;
    }
}
