using Pomona.Job.Pipeline;

namespace Pomona.Job.Engines;

/// <summary>
/// This machine's cores. Extraction runs two shards at once over one pool of inference threads, so that the second keeps the
/// threads busy while the first writes its part; the other stages run one shard per thread.
/// </summary>
internal sealed class LocalEngine(StageWork work) : IEngine
{
    /// <summary>What <c>--engine</c> says for it.</summary>
    public const string EngineName = "local";

    /// <inheritdoc/>
    public string Name => EngineName;

    /// <inheritdoc/>
    public Task RunAsync(
        Stage stage,
        RunSettings settings,
        int count,
        IStageProgress progress,
        CancellationToken cancellation)
    {
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = stage == Stage.Extract ? 2 : settings.Threads,
            CancellationToken = cancellation,
        };
        return Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            options,
            async (number, token) =>
            {
                // The thread pool's queue is global: yielding spreads the work over its threads.
                await Task.Yield();
                await work.RunAsync(stage, settings, number, progress, token).ConfigureAwait(false);
                progress.ShardDone();
            });
    }
}
