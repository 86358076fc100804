namespace Pomona.Job.Engines;

/// <summary>This machine's cores, in this process.</summary>
internal sealed class LocalEngine : IEngine
{
    /// <summary>What <c>--engine</c> says for it.</summary>
    public const string EngineName = "local";

    public string Name => EngineName;

    public int? WorkerCores => null;

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
