using System.Collections.Concurrent;
using System.Text.Json;
using Amazon.S3;
using Amazon.S3.Model;
using Pomona.Contracts;
using Pomona.Local.Aws;

namespace Pomona.Local.Page;

/// <summary>Looks into a run's folder in the bucket while the job writes it.</summary>
internal sealed class RunFolder([FromKeyedServices(AwsEndpoint.Moto)] IAmazonS3 storage)
{
    private readonly ConcurrentDictionary<string, RunPlan> _plans = new(StringComparer.Ordinal);

    /// <summary>How far the job is; null before the snapshot was taken.</summary>
    public async Task<ImageProgress?> ProgressAsync(string? bucket, DatasetName dataset, RunId run, CancellationToken cancellation)
    {
        if (bucket is null)
            return null;
        var prefix = BucketLayout.Run(dataset, run);
        if (await PlanAsync(bucket, prefix, cancellation) is not { } plan)
            return null;

        // A shard's features are there when it is done; the last shard alone is smaller.
        var shards = await KeysAsync(bucket, prefix + "features/", cancellation);
        return new ImageProgress(
            Enumerable.Range(0, plan.Shards).Where(shard => shards.Contains(prefix + RunLayout.Features(shard)))
                .Sum(shard => (long)plan.ImagesOf(shard)),
            plan.Images);
    }

    /// <summary>How many files one of the run's folders holds.</summary>
    public async Task<int?> PartsAsync(string? bucket, DatasetName dataset, RunId run, string folder, CancellationToken cancellation)
        => bucket is null ? null : (await KeysAsync(bucket, BucketLayout.Run(dataset, run) + folder, cancellation)).Count;

    private async Task<HashSet<string>> KeysAsync(string bucket, string prefix, CancellationToken cancellation)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var request = new ListObjectsV2Request { BucketName = bucket, Prefix = prefix };
        ListObjectsV2Response page;
        do
        {
            page = await storage.ListObjectsV2Async(request, cancellation);
            keys.UnionWith((page.S3Objects ?? []).Select(entry => entry.Key));
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated ?? false);
        return keys;
    }

    private async Task<RunPlan?> PlanAsync(string bucket, string prefix, CancellationToken cancellation)
    {
        if (_plans.TryGetValue(prefix, out var known))
            return known;
        try
        {
            using var answer = await storage.GetObjectAsync(bucket, prefix + RunLayout.Plan, cancellation);
            var plan = await JsonSerializer.DeserializeAsync(answer.ResponseStream, ContractJson.Readable.RunPlan, cancellation);
            return plan is null ? null : _plans.GetOrAdd(prefix, plan);
        }
        catch (Exception unknown) when (unknown is AmazonS3Exception or JsonException)
        {
            // Not there yet; or somebody put something else there, which is no reason to show nothing of the account.
            return null;
        }
    }
}
