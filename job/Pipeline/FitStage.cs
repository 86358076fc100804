using Pomona.Contracts;
using Pomona.Job.Memory;
using Pomona.Job.Parquet;
using Pomona.Job.Runs;
using Pomona.Numerics.Reduction;
using Pomona.Storage;

namespace Pomona.Job.Pipeline;

/// <summary>Group of shards: features → moments, then all groups' moments → scaler and components.</summary>
internal static class FitStage
{
    /// <summary>Computes a group's moments unless they are there already.</summary>
    public static async Task RunAsync(
        RunSettings settings,
        int group,
        IStore output,
        IStageProgress progress,
        CancellationToken cancellation)
    {
        var plan = await PlanFile.ReadAsync(output, cancellation).ConfigureAwait(false);
        var (first, count) = new ShardGroups(plan.Shards, plan.ShardSize).ShardsOf(group);
        var isDone = await output.ExistsAsync(RunLayout.Moments(group), cancellation).ConfigureAwait(false);
        if (!isDone)
        {
            var moments = new Moments(settings.Model.FeatureWidth);
            for (var shard = first; shard < first + count; shard++)
                await AddAsync(moments, output, shard, cancellation).ConfigureAwait(false);

            using var content = new MemoryStream(MomentsFile.BytesOf(moments.Width));
            moments.Write(content);
            await output.TryCreateAsync(
                RunLayout.Moments(group), content.GetBuffer().AsMemory(0, (int)content.Length), cancellation).ConfigureAwait(false);
            Garbage.Collect();
        }

        progress.ImagesDone((int)plan.ImagesOf(first, count));
    }

    /// <summary>Merges the groups' moments in the order of their numbers and fits the components.</summary>
    public static async Task<PcaModel> MergeAsync(
        RunSettings settings,
        int groups,
        IStore output,
        CancellationToken cancellation)
    {
        Moments? merged = null;
        for (var group = 0; group < groups; group++)
        {
            using var bytes = await output.ReadAsync(RunLayout.Moments(group), etag: null, cancellation).ConfigureAwait(false);
            var moments = Moments.Read(bytes.AsStream());
            merged = merged is null ? moments : Moments.Merge(merged, moments);
            Garbage.Collect();
        }

        return PrincipalComponents.Fit(merged ?? new Moments(settings.Model.FeatureWidth), settings.Components, cancellation);
    }

    private static async Task AddAsync(Moments moments, IStore output, int shard, CancellationToken cancellation)
    {
        using var bytes = await output.ReadAsync(RunLayout.Features(shard), etag: null, cancellation).ConfigureAwait(false);
        using var part = new PartReader(bytes.Memory);
        while (part.ReadRowGroup(out _, out _, out var values, out var rows))
        {
            cancellation.ThrowIfCancellationRequested();
            moments.Add(values.AsSpan(0, rows * moments.Width), rows);
        }
    }
}
