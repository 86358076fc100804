using Pomona.Contracts;
using Pomona.Job.Memory;
using Pomona.Job.Parquet;
using Pomona.Job.Runs;
using Pomona.Numerics.Reduction;

namespace Pomona.Job.Pipeline;

/// <summary>Group of shards: features → moments, then all groups' moments → scaler and components.</summary>
internal static class FitStage
{
    /// <summary>Computes a group's moments unless they are there already.</summary>
    public static async Task RunAsync(
        RunSettings settings,
        int group,
        RunPlan plan,
        Ledger ledger,
        IStageProgress progress,
        CancellationToken cancellation)
    {
        var (first, count) = new ShardGroups(plan.Shards, plan.ShardSize).ShardsOf(group);
        if (await ledger.FindAsync(RunLayout.Moments(group), cancellation).ConfigureAwait(false) is null)
        {
            var moments = new Moments(settings.Model.FeatureWidth);
            for (var shard = first; shard < first + count; shard++)
                await AddAsync(moments, ledger, plan, shard, cancellation).ConfigureAwait(false);

            using var content = new MemoryStream(MomentsFile.BytesOf(moments.Width));
            moments.Write(content);
            await ledger.CreateAsync(
                RunLayout.Moments(group), content.GetBuffer().AsMemory(0, (int)content.Length), summary: null, cancellation)
                .ConfigureAwait(false);
            Garbage.Collect();
        }

        progress.ImagesDone((int)plan.ImagesOf(first, count));
    }

    /// <summary>
    /// Merges the groups' moments in the order of their numbers and fits the components; or measures how well an earlier run's fit.
    /// </summary>
    public static async Task<PcaModel> MergeAsync(
        RunSettings settings,
        int groups,
        Ledger ledger,
        KeptBasis? basis,
        CancellationToken cancellation)
    {
        Moments? merged = null;
        for (var group = 0; group < groups; group++)
        {
            var line = await ledger.GetAsync(RunLayout.Moments(group), cancellation).ConfigureAwait(false);
            using var bytes = await ledger.ReadAsync(line, cancellation).ConfigureAwait(false);
            var moments = Moments.Read(bytes.AsStream());
            merged = merged is null ? moments : Moments.Merge(merged, moments);
            Garbage.Collect();
        }

        merged ??= new Moments(settings.Model.FeatureWidth);
        if (basis is not null)
            return PrincipalComponents.Keep(merged, basis.Model, settings.Components.Count.GetValueOrDefault(), cancellation);
        return settings.Components.Share is { } share
            ? PrincipalComponents.FitShare(merged, share, cancellation)
            : PrincipalComponents.Fit(merged, settings.Components.Count.GetValueOrDefault(), cancellation);
    }

    private static async Task AddAsync(Moments moments, Ledger ledger, RunPlan plan, int shard, CancellationToken cancellation)
    {
        var line = await ledger.GetAsync(RunLayout.Features(shard), cancellation).ConfigureAwait(false);
        using var bytes = await ledger.ReadAsync(line, cancellation).ConfigureAwait(false);
        using var part = new PartReader(bytes.Memory);
        if (part.Width != 0 && part.Width != moments.Width)
            throw new InvalidDataException($"{line.Key} has {part.Width} numbers an image, and the model {moments.Width}");
        var found = 0;
        while (part.ReadRowGroup(out var images, out _, out var values, out var rows))
        {
            cancellation.ThrowIfCancellationRequested();
            var first = 0;
            for (var row = 0; row <= rows; row++)
            {
                // Images for testing alone are passed over, so that nothing of them is in what they test.
                if (row < rows && !plan.Tests(images[row]))
                    continue;
                if (row > first)
                    moments.Add(values.AsSpan(first * moments.Width, (row - first) * moments.Width), row - first);
                first = row + 1;
            }

            found += rows;
        }

        if (found != line.Summary?.Images)
            throw new InvalidDataException($"{line.Key} has {found} rows, and its page tells of {line.Summary?.Images}");
    }
}
