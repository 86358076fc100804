using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Functions.Datasets;

/// <summary>Lists a data set, page by page: the memory does not grow with the number of images.</summary>
internal sealed class DatasetMeter(IStore store, TimeProvider time)
{
    /// <param name="dataset">The data set.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <param name="previous">The measurement before, if any.</param>
    public async Task<DatasetMeasurement> MeasureAsync(
        DatasetName dataset, CancellationToken cancellation, DatasetMeasurement? previous = null)
    {
        var prefix = BucketLayout.Dataset(dataset);
        using var tally = new SnapshotTally();
        DateTimeOffset? newest = null;
        var measuredAt = time.GetUtcNow();
        await foreach (var item in store.ListAsync(prefix, cancellation))
        {
            if (tally.Add(new ManifestEntry(item.Key[prefix.Length..], item.Size, item.ETag))
                && (newest is null || item.LastModified > newest))
                newest = item.LastModified;
        }

        var current = tally.Fingerprint;
        return new DatasetMeasurement(
            tally.Images,
            tally.Bytes,
            tally.SkippedFiles,
            newest,
            current,
            Settled: previous?.Fingerprint == current,
            SameAsLatestRun: (await RunNotes.LatestKeptAsync(store, dataset, cancellation))?.Fingerprint == current,
            measuredAt);
    }
}
