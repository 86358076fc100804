using System.Text.Json;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Functions.Datasets;

/// <summary>Lists a data set, page by page: the memory does not grow with the number of images.</summary>
internal sealed class DatasetMeter(IStore store, TimeProvider time)
{
    private const int LargestLatestRun = 64 * 1024;

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
            SameAsLatestRun: await LatestFingerprintAsync(dataset, cancellation) == current,
            measuredAt);
    }

    private async Task<string?> LatestFingerprintAsync(DatasetName dataset, CancellationToken cancellation)
    {
        var stored = await store.TryReadAsync(BucketLayout.LatestRun(dataset), LargestLatestRun, cancellation);
        if (stored is null || stored.IsTruncated)
            return null;

        try
        {
            // What it made may have been removed since, and then it is no reason to make nothing.
            return JsonSerializer.Deserialize(stored.Content.Span, ContractJson.Readable.LatestRun) is { } latest
                && await store.ExistsAsync(BucketLayout.Run(dataset, latest.Run) + RunLayout.Marker, cancellation)
                ? latest.Fingerprint
                : null;
        }
        catch (JsonException)
        {
            // Only a shortcut is lost: the data set is run again.
            return null;
        }
    }
}
