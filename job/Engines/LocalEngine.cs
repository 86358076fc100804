namespace Pomona.Job.Engines;

/// <summary>This machine's cores, in this process.</summary>
internal sealed class LocalEngine : IEngine
{
    /// <summary>What <c>--engine</c> says for it.</summary>
    public const string EngineName = "local";

    /// <inheritdoc/>
    public string Name => EngineName;

    /// <inheritdoc/>
    public int? WorkerCores => null;

    /// <inheritdoc/>
    public Task RunAsync(NumberedWork work, Action<int> done, CancellationToken cancellation) => Parallel.ForEachAsync(
        Enumerable.Range(0, work.Count),
        new ParallelOptions { MaxDegreeOfParallelism = work.AtOnce, CancellationToken = cancellation },
        async (number, token) =>
        {
            // The thread pool's queue is global: yielding spreads the work over its threads.
            await Task.Yield();
            await work.RunHere(number, token).ConfigureAwait(false);
            done(number);
        });
}
