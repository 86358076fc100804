using Pomona.Contracts;

namespace Pomona.Storage;

/// <summary>What a bucket notes of each data set's latest run (<see cref="BucketLayout.LatestRun"/>).</summary>
public static class LatestRuns
{
    private const int LargestNote = 64 << 10;

    /// <summary>
    /// The latest run of a data set; null where none is noted, or something else is in the note's place: only a shortcut is lost then, and the
    /// data set is run again.
    /// </summary>
    public static async Task<LatestRun?> FindAsync(IStore bucket, DatasetName dataset, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        return await bucket.TryReadAsync(BucketLayout.LatestRun(dataset), LargestNote, cancellation).ConfigureAwait(false) is { IsTruncated: false } note
            && JsonText.TryRead(note.Content.Span, ContractJson.Readable.LatestRun) is { Run: not null, Fingerprint: not null } latest
            ? latest
            : null;
    }

    /// <summary>The latest run of a data set that is still there: with <c>KeepRunsDays</c>, what it made may have been removed since, and then it is no reason to make nothing.</summary>
    public static async Task<LatestRun?> FindKeptAsync(IStore bucket, DatasetName dataset, CancellationToken cancellation)
        => await FindAsync(bucket, dataset, cancellation).ConfigureAwait(false) is { } latest
            && await bucket.ExistsAsync(BucketLayout.Run(dataset, latest.Run) + RunLayout.Marker, cancellation).ConfigureAwait(false)
            ? latest
            : null;
}
