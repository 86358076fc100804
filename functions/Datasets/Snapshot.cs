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

    /// <summary>Takes the snapshot, or reads the one that stands.</summary>
    /// <param name="source">What it is of, where it is taken now.</param>
    /// <param name="run">The run.</param>
    /// <param name="require">Refuses what must not be run, by an exception, before anything is written; it costs a listing more. Null for none.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<RunPlan> TakeAsync(SnapshotSource source, RunId run, Action<RunPlan>? require, CancellationToken cancellation)
    {
        var output = BucketLayout.Run(source.Dataset, run);
        if (await ReadAsync(output, cancellation) is { } standing)
            return standing;
        require?.Invoke(await LookAsync(source, cancellation));

        var writes = new List<Task>(WritesInFlight);
        var plan = await ListAsync(
            source,
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
            cancellation);
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

    public async Task<bool> StandsAsync(DatasetName dataset, RunId run, CancellationToken cancellation)
        => await ReadAsync(BucketLayout.Run(dataset, run), cancellation) is not null;

    /// <summary>What the snapshot would be if it were taken now. Writes nothing.</summary>
    public Task<RunPlan> LookAsync(SnapshotSource source, CancellationToken cancellation) => ListAsync(source, static _ => Task.CompletedTask, cancellation);

    private async Task<RunPlan> ListAsync(SnapshotSource source, Func<ManifestShard, Task> take, CancellationToken cancellation)
    {
        var prefix = BucketLayout.Dataset(source.Dataset);
        using var writer = new SnapshotWriter(store.Address + prefix, shardSize, source.TestSplit);
        await using var unchanged = source.Since is null ? null : new UnchangedImages(source.Since, isByVersion: true, cancellation);
        await foreach (var item in store.ListAsync(prefix, cancellation))
        {
            var key = item.Key[prefix.Length..];
            if (key.Length == 0)
                continue;
            var (entry, before) = (new ManifestEntry(key, item.Size, item.ETag), writer.Images);
            if (writer.Add(entry, out var shard))
                await take(shard);
            if (unchanged is not null && writer.Images > before)
                await unchanged.AddAsync(entry);
        }

        var plan = writer.Complete(out var last);
        if (last is not null)
            await take(last);
        return plan with { Artifacts = source.Artifacts, Basis = source.Basis, Since = unchanged?.Complete() };
    }

    private async Task<RunPlan?> ReadAsync(string output, CancellationToken cancellation)
        => await store.TryReadAsync(output + RunLayout.Plan, RunPlan.LargestFile, cancellation) is { } stored
            ? RunPlan.TryParse(stored.Content.Span) ?? throw new InvalidExecutionInputException(
                $"{store.Address}{output}{RunLayout.Plan} is damaged, or no plan of Pomona's: start another run.")
            : null;
}

/// <summary>What a snapshot is of.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Artifacts">The bundle that a run that begins now takes; null when there is none.</param>
/// <param name="TestSplit">The first folder whose images are asked to be for testing; null for none.</param>
/// <param name="Since">The finished run that is taken over from; null for none.</param>
/// <param name="Basis">The folder of the run whose scaler and components are kept; null for none.</param>
internal sealed record SnapshotSource(DatasetName Dataset, string? Artifacts = null, string? TestSplit = null, FinishedRun? Since = null, string? Basis = null);
