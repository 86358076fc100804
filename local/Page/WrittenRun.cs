using System.Collections.Concurrent;
using Amazon.S3;
using Pomona.Contracts;
using Pomona.Local.Aws;
using Pomona.Storage;

namespace Pomona.Local.Page;

/// <summary>Looks into a run's folder in the bucket while the job writes it.</summary>
internal sealed class WrittenRun([FromKeyedServices(AwsEndpoint.Moto)] IAmazonS3 storage)
{
    private readonly ConcurrentDictionary<string, RunPlan> _plans = new(StringComparer.Ordinal);

    /// <summary>How far the job is; null before the snapshot was taken.</summary>
    public async Task<ImageProgress?> ProgressAsync(string? bucket, DatasetName dataset, RunId run, CancellationToken cancellation)
    {
        if (bucket is null)
            return null;
        var store = new S3Store(storage, bucket, BucketLayout.Run(dataset, run));
        return await PlanAsync(store, cancellation) is { } plan
            ? new ImageProgress(await RunNotes.ImagesDoneAsync(store, folder: string.Empty, plan, cancellation), plan.Images)
            : null;
    }

    /// <summary>How many files one of the run's folders holds.</summary>
    public async Task<int?> PartsAsync(string? bucket, DatasetName dataset, RunId run, string folder, CancellationToken cancellation)
        => bucket is null ? null : await new S3Store(storage, bucket, BucketLayout.Run(dataset, run)).ListAsync(folder, cancellation).CountAsync(cancellation);

    private async Task<RunPlan?> PlanAsync(S3Store run, CancellationToken cancellation)
    {
        if (_plans.TryGetValue(run.Address, out var known))
            return known;
        try
        {
            // Not there yet; or somebody put something else there, which is no reason to show nothing of the account.
            return await RunNotes.PlanAsync(run, folder: string.Empty, cancellation) is { } plan
                ? _plans.GetOrAdd(run.Address, plan)
                : null;
        }
        catch (StoreException)
        {
            return null;
        }
    }
}
