using System.Text.Json;
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
    private const int LargestNote = 1024 * 1024;

    /// <summary>The bucket; it lives as long as its client.</summary>
    public IStore Store => store;

    /// <summary>Finds a run's folder: a data set's newest finished one, or else its newest; null when there is none.</summary>
    public async Task<RunFolder?> FindAsync(RunReference reference, CancellationToken cancellation)
    {
        if (reference.Dataset is { } dataset)
        {
            return await LatestAsync(dataset, cancellation) ?? (await NamesAsync(BucketLayout.Runs + dataset + "/", cancellation))
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
    public async Task<RunPlan?> PlanAsync(RunFolder folder, CancellationToken cancellation)
    {
        try
        {
            return await store.TryReadAsync(folder.Prefix + RunLayout.Plan, LargestNote, cancellation) is { IsTruncated: false } plan
                ? JsonSerializer.Deserialize(plan.Content.Span, ContractJson.Readable.RunPlan)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What the run's marker says; null before it is there.</summary>
    public async Task<RunMarker?> MarkerAsync(RunFolder folder, CancellationToken cancellation) =>
        await store.TryReadAsync(folder.Prefix + RunLayout.Marker, LargestNote, cancellation) is { IsTruncated: false } marker ? RunMarker.TryParse(marker.Content.Span) : null;

    /// <summary>How many of a plan's images have features.</summary>
    public async Task<long> DoneAsync(RunFolder folder, RunPlan plan, CancellationToken cancellation)
    {
        // A shard's features are there when it is done; the last shard alone is smaller.
        var there = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var found in store.ListAsync(folder.Prefix + "features/", cancellation))
            there.Add(found.Key[folder.Prefix.Length..]);
        return Enumerable.Range(0, plan.Shards).Where(shard => there.Contains(RunLayout.Features(shard))).Sum(shard => (long)plan.ImagesOf(shard));
    }

    /// <summary>The run that holds the data set's lock, and the execution that holds it for the run; null when it is free.</summary>
    public async Task<DatasetLock?> LockAsync(DatasetName dataset, CancellationToken cancellation) =>
        (await new Claim<DatasetLock>(store, BucketLayout.Lock(dataset), ContractJson.Readable.DatasetLock).FindAsync(cancellation))?.Holder;

    private async Task<RunFolder?> LatestAsync(DatasetName dataset, CancellationToken cancellation)
    {
        try
        {
            return await store.TryReadAsync(BucketLayout.LatestRun(dataset), LargestNote, cancellation) is { IsTruncated: false } latest
                && JsonSerializer.Deserialize(latest.Content.Span, ContractJson.Readable.LatestRun) is { Run: { } run }
                && await store.ExistsAsync(BucketLayout.Run(dataset, run) + RunLayout.Marker, cancellation)
                ? new RunFolder(dataset, run)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

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
    /// <summary>Its prefix.</summary>
    public string Prefix => BucketLayout.Run(Dataset, Run);
}
