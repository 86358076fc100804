using System.Text.Json;
using Pomona.Contracts;
using Pomona.Functions.Storage;

namespace Pomona.Functions.Datasets;

/// <summary>Lists a data set, page by page: the memory does not grow with the number of images.</summary>
internal sealed class DatasetMeter(IBucket bucket, TimeProvider time)
{
    private const int LargestLatestRun = 64 * 1024;

    /// <summary>Measures a data set.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <param name="previous">The measurement before, if any.</param>
    public async Task<DatasetMeasurement> MeasureAsync(
        DatasetName dataset, CancellationToken cancellation, DatasetMeasurement? previous = null)
    {
        var prefix = BucketLayout.Dataset(dataset);
        using var fingerprint = new SnapshotFingerprint();
        long images = 0, bytes = 0, skipped = 0;
        DateTimeOffset? newest = null;
        var measuredAt = time.GetUtcNow();
        await foreach (var item in bucket.ListAsync(prefix, cancellation))
        {
            var entry = new ManifestEntry(item.Key[prefix.Length..], item.Size, item.ETag);
            if (entry.Key.Length == 0 || entry.Key.EndsWith('/'))
                continue;

            if (!ImageFileName.IsImage(entry.Key))
            {
                skipped++;
                continue;
            }

            fingerprint.Add(entry);
            images++;
            bytes += item.Size;
            newest = newest is null || item.LastModified > newest ? item.LastModified : newest;
        }

        var current = fingerprint.Current();
        return new DatasetMeasurement(
            images,
            bytes,
            skipped,
            newest,
            current,
            Settled: previous?.Fingerprint == current,
            SameAsLatestRun: await LatestFingerprintAsync(dataset, cancellation) == current,
            measuredAt);
    }

    private async Task<string?> LatestFingerprintAsync(DatasetName dataset, CancellationToken cancellation)
    {
        var stored = await bucket.GetAsync(BucketLayout.LatestRun(dataset), LargestLatestRun, cancellation);
        if (stored is null || stored.Truncated)
            return null;

        try
        {
            return JsonSerializer.Deserialize(stored.Content.Span, ContractJson.Readable.LatestRun)?.Fingerprint;
        }
        catch (JsonException)
        {
            // Only a shortcut is lost: the data set is run again.
            return null;
        }
    }
}
