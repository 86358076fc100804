using Amazon.S3;
using Amazon.S3.Model;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Cloud.Runs;

/// <summary>The runs' folders in the stack's bucket, which stay when Step Functions has forgotten their executions.</summary>
/// <param name="client">S3.</param>
/// <param name="bucket">The bucket's name.</param>
/// <param name="store">The bucket as a store over the same client.</param>
internal sealed class RunFolders(IAmazonS3 client, string bucket, IStore store)
{
    /// <summary>The bucket; it lives as long as its client.</summary>
    public IStore Store => store;

    /// <summary>Finds a run's folder: a data set's newest finished one, or else its newest; null when there is none.</summary>
    public async Task<RunFolder?> FindAsync(RunReference reference, CancellationToken cancellation)
    {
        if (reference.Dataset is { } dataset)
        {
            return await RunNotes.LatestKeptAsync(store, dataset, cancellation) is { } latest
                ? new RunFolder(dataset, latest.Run)
                : (await NamesAsync(BucketLayout.Runs + dataset + "/", cancellation))
                .Where(static name => RunId.TryParse(name, out _)).Order(StringComparer.Ordinal)
                .Select(name => RunId.TryParse(name, out var run) ? new RunFolder(dataset, run) : null).LastOrDefault();
        }

        foreach (var name in await NamesAsync(BucketLayout.Runs, cancellation))
        {
            if (!DatasetName.TryParse(name, out var candidate))
                continue;
            var folder = new RunFolder(candidate, reference.Run!);
            var page = await client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket, Prefix = folder.Prefix, MaxKeys = 1 }, cancellation);
            if (page.S3Objects is { Count: > 0 })
                return folder;
        }

        return null;
    }

    /// <summary>The run's plan; null before its snapshot was taken, or where something else is in its place.</summary>
    public Task<RunPlan?> PlanAsync(RunFolder folder, CancellationToken cancellation) => RunNotes.PlanAsync(store, folder.Prefix, cancellation);

    /// <summary>What the run's marker says; null before it is there.</summary>
    public Task<RunMarker?> MarkerAsync(RunFolder folder, CancellationToken cancellation) => RunNotes.MarkerAsync(store, folder.Prefix, cancellation);

    /// <summary>How many of a plan's images have features.</summary>
    public Task<long> DoneAsync(RunFolder folder, RunPlan plan, CancellationToken cancellation) =>
        RunNotes.ImagesDoneAsync(store, folder.Prefix, plan, cancellation);

    /// <summary>The run that holds the data set's lock, and the execution that holds it for the run; null when it is free.</summary>
    public async Task<DatasetLock?> LockAsync(DatasetName dataset, CancellationToken cancellation) =>
        (await new Claim<DatasetLock>(store, BucketLayout.Lock(dataset), ContractJson.Readable.DatasetLock).FindAsync(cancellation))?.Holder;

    private async Task<IReadOnlyList<string>> NamesAsync(string below, CancellationToken cancellation)
    {
        var names = new List<string>();
        var request = new ListObjectsV2Request { BucketName = bucket, Prefix = below, Delimiter = "/" };
        ListObjectsV2Response page;
        do
        {
            page = await client.ListObjectsV2Async(request, cancellation);
            names.AddRange((page.CommonPrefixes ?? []).Select(prefix => prefix[below.Length..].TrimEnd('/')));
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated ?? false);
        return names;
    }
}

/// <summary>A run's folder in the bucket.</summary>
internal sealed record RunFolder(DatasetName Dataset, RunId Run)
{
    public string Prefix => BucketLayout.Run(Dataset, Run);
}
