namespace Pomona.Job.Engines;

/// <summary>
/// Runs work for the numbers 0..n−1 and says which are done. It knows nothing of what the work is, where it reads and writes,
/// and who looks on.
/// </summary>
internal interface IEngine
{
    /// <summary>The name a person chooses it by.</summary>
    string Name { get; }

    /// <summary>
    /// Of an engine that works in other processes, the cores that each of them has; null where the work runs in this process,
    /// which then sees for itself how it goes.
    /// </summary>
    int? WorkerCores { get; }

    /// <summary>
    /// Runs the work. Ends when all numbers are done, or throws what the first failing one threw once those under way have
    /// ended.
    /// </summary>
    /// <param name="work">What to do.</param>
    /// <param name="done">Told of every number as it is known to be done; may be called from any thread.</param>
    /// <param name="cancellation">Stops it; what is finished stays.</param>
    Task RunAsync(NumberedWork work, Action<int> done, CancellationToken cancellation);
}

/// <summary>
/// Work that an engine runs: idempotent, a function of name, settings and number alone, so that it may be repeated, run twice
/// at once, or run elsewhere. Only those three travel: two texts and a number.
/// </summary>
/// <param name="Name">What is to be done.</param>
/// <param name="Settings">With what.</param>
/// <param name="Count">For the numbers 0 to Count − 1.</param>
/// <param name="AtOnce">How many numbers this process works on at once, where it does the work itself.</param>
/// <param name="RunHere">The same work in this process.</param>
internal sealed record NumberedWork(
    string Name, string Settings, int Count, int AtOnce, Func<int, CancellationToken, Task> RunHere);
