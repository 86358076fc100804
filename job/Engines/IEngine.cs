using Pomona.Job.Pipeline;

namespace Pomona.Job.Engines;

/// <summary>
/// Runs a stage's work for the numbers 0..count−1 and tells how it goes; it knows nothing of what the work is. The work is
/// <see cref="StageWork.RunAsync"/>: idempotent, a function of stage, settings and number alone, so that it may be repeated,
/// run twice at once, or run elsewhere.
/// </summary>
internal interface IEngine
{
    /// <summary>The name a person chooses it by.</summary>
    string Name { get; }

    /// <summary>
    /// Runs the stage. Ends when all are done, or throws what the first failing one threw once those under way have ended.
    /// </summary>
    /// <param name="stage">What to do.</param>
    /// <param name="settings">With what.</param>
    /// <param name="count">For how many shards or groups.</param>
    /// <param name="progress">Told of images and shards as they are done; may be called from any thread.</param>
    /// <param name="cancellation">Stops it; what is finished stays.</param>
    Task RunAsync(
        Stage stage,
        RunSettings settings,
        int count,
        IStageProgress progress,
        CancellationToken cancellation);
}
