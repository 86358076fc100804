using System.Text.Json;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Functions.Datasets;

/// <summary>
/// Writes a run's manifests and then its plan. As long as the plan does not stand, the manifests are written again from
/// the beginning; once it stands it is what the run is about, whatever happens to the data set.
/// </summary>
internal sealed class Snapshot(IStore store, int shardSize)
{
    /// <summary>Manifests travelling at once: each is about 60 KB, and S3 takes thousands of writes per second.</summary>
    private const int WritesInFlight = 16;

    private const int LargestPlan = 64 * 1024;

    /// <summary>Takes the snapshot, or reads the one that stands.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="run">The run.</param>
    /// <param name="artifacts">The bundle that a run that begins now takes; null when there is none.</param>
    /// <param name="testSplit">The first folder whose images are asked to be for testing; null for none.</param>
    /// <param name="require">Refuses what must not be run, by an exception, before anything is written; it costs a listing more. Null for none.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<RunPlan> TakeAsync(
        DatasetName dataset, RunId run, string? artifacts, string? testSplit, Action<RunPlan>? require, CancellationToken cancellation)
    {
        var output = BucketLayout.Run(dataset, run);
        if (await ReadAsync(output, cancellation) is { } standing)
            return standing;
        require?.Invoke(await LookAsync(dataset, artifacts, testSplit, cancellation));

        var writes = new List<Task>(WritesInFlight);
        var plan = await ListAsync(
            dataset,
            testSplit,
            async shard =>
            {
                if (writes.Count == WritesInFlight)
                {
                    var done = await Task.WhenAny(writes);
                    writes.Remove(done);
                    await done;
                }

                writes.Add(store.WriteAsync(output + shard.Path, shard.Content, cancellation));
            },
            cancellation) with
        { Artifacts = artifacts };
        await Task.WhenAll(writes);
        // A retry that overlaps may have written another plan by now: the first one stands for both.
        return plan.Images == 0
            || await store.TryCreateAsync(
                output + RunLayout.Plan,
                JsonSerializer.SerializeToUtf8Bytes(plan, ContractJson.Readable.RunPlan),
                cancellation) is not null
            ? plan
            : await ReadAsync(output, cancellation)
                ?? throw new InvalidOperationException($"The plan {output}{RunLayout.Plan} cannot be read.");
    }

    /// <summary>What the snapshot would be if it were taken now. Writes nothing.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="artifacts">The bundle that a run that begins now takes; null when there is none.</param>
    /// <param name="testSplit">The first folder whose images are asked to be for testing; null for none.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<RunPlan> LookAsync(DatasetName dataset, string? artifacts, string? testSplit, CancellationToken cancellation)
        => await ListAsync(dataset, testSplit, static _ => Task.CompletedTask, cancellation) with { Artifacts = artifacts };

    private async Task<RunPlan> ListAsync(DatasetName dataset, string? testSplit, Func<ManifestShard, Task> take, CancellationToken cancellation)
    {
        var prefix = BucketLayout.Dataset(dataset);
        using var writer = new SnapshotWriter(store.Address + prefix, shardSize, testSplit);
        await foreach (var item in store.ListAsync(prefix, cancellation))
        {
            var key = item.Key[prefix.Length..];
            if (key.Length > 0 && writer.Add(new ManifestEntry(key, item.Size, item.ETag), out var shard))
                await take(shard);
        }

        var plan = writer.Complete(out var last);
        if (last is not null)
            await take(last);
        return plan;
    }

    private async Task<RunPlan?> ReadAsync(string output, CancellationToken cancellation)
        => await store.TryReadAsync(output + RunLayout.Plan, LargestPlan, cancellation) is { } stored
            ? JsonSerializer.Deserialize(stored.Content.Span, ContractJson.Readable.RunPlan)
            : null;
}
