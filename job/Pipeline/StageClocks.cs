using Pomona.Contracts;
using Pomona.Job.Reporting;

namespace Pomona.Job.Pipeline;

/// <summary>When a run's stages began and how long they took, also where several processes went through them, one after the other.</summary>
/// <param name="time">The clock.</param>
/// <param name="earlier">What earlier processes know of them, in order; empty where this process begins.</param>
internal sealed class StageClocks(TimeProvider time, IReadOnlyList<StageTime> earlier)
{
    private readonly List<StageTime> _clocks = [.. earlier];
    private readonly DateTimeOffset _began = earlier.Count > 0 ? earlier[0].Began : time.GetUtcNow();

    /// <summary>Whether earlier processes have begun what this one goes on with.</summary>
    public bool IsContinued { get; } = earlier.Count > 0;

    /// <summary>Those that have begun, in order.</summary>
    public IReadOnlyList<StageTime> All => _clocks;

    /// <summary>Of those that have ended, how long they took.</summary>
    public IReadOnlyList<StageTiming> Timings => [.. _clocks.Where(static clock => clock.Seconds is not null)
        .Select(static clock => new StageTiming(clock.Stage, clock.Seconds!.Value, string.Empty))];

    public double SinceBeginning => (time.GetUtcNow() - _began).TotalSeconds;

    /// <summary>A stage begins, or is gone on with.</summary>
    public void Begin(string stage)
    {
        if (_clocks.TrueForAll(clock => clock.Stage != stage))
            _clocks.Add(new StageTime(stage, time.GetUtcNow(), Seconds: null));
    }

    /// <summary>A stage has ended; one that had ended before took what it took.</summary>
    public void End(string stage)
    {
        var at = _clocks.FindIndex(clock => clock.Stage == stage);
        if (_clocks[at].Seconds is null)
            _clocks[at] = _clocks[at] with { Seconds = (time.GetUtcNow() - _clocks[at].Began).TotalSeconds };
    }
}
