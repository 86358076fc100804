namespace Pomona.Job.Engines;

/// <summary>
/// Does no work itself: where numbers are left, they are handed out to whoever calls, who has them worked on elsewhere and
/// then asks for the same run again. Work that is done already is gone past.
/// </summary>
/// <param name="left">Which of the numbers 0 to count − 1 of a work are not done, ascending.</param>
internal sealed class HandingOutEngine(Func<string, int, CancellationToken, Task<IReadOnlyList<int>>> left) : IEngine
{
    /// <summary>What the report says did the work.</summary>
    public const string EngineName = "functions";

    public string Name => EngineName;

    public int? WorkerCores => null;

    /// <exception cref="WorkHandedOutException">There is work left.</exception>
    public async Task RunAsync(NumberedWork work, Action<int> done, CancellationToken cancellation)
    {
        var numbers = await left(work.Name, work.Count, cancellation).ConfigureAwait(false);
        if (numbers.Count > 0)
            throw new WorkHandedOutException(work.Name, work.Count, numbers);
    }
}

/// <summary>Not a failure: the run can go no further until these numbers are done.</summary>
/// <param name="work">The work's name.</param>
/// <param name="count">How many numbers it has.</param>
/// <param name="numbers">Those that are left, ascending.</param>
internal sealed class WorkHandedOutException(string work, int count, IReadOnlyList<int> numbers)
    : Exception($"{numbers.Count} of the {count} numbers of {work} are to be worked on")
{
    public string Work { get; } = work;

    public int Count { get; } = count;

    public IReadOnlyList<int> Numbers { get; } = numbers;
}
