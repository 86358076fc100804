namespace Pomona.Contracts;

/// <summary>
/// The marker: <see cref="RunLayout.Marker"/>, written last, whose appearance ends a run. FinishRun reads it, answers the
/// workflow with <see cref="Summary"/>, and, when the workflow is gone, terminates <see cref="ClusterId"/> itself.
/// </summary>
/// <param name="Version">The marker's form; readers refuse another than <see cref="CurrentVersion"/>.</param>
/// <param name="Summary">What the run did.</param>
/// <param name="TaskToken">The Step Functions token of the waiting step, or null on a laptop. Never logged.</param>
/// <param name="ClusterId">The EMR cluster that ran the job, or null on a laptop.</param>
/// <param name="ExecutionArn">The workflow's execution, or null on a laptop.</param>
/// <param name="FinishedAt">When the marker was written, UTC.</param>
public sealed record RunMarker(
    int Version,
    RunSummary Summary,
    string? TaskToken,
    string? ClusterId,
    string? ExecutionArn,
    DateTimeOffset FinishedAt)
{
    /// <summary>The form described here.</summary>
    public const int CurrentVersion = 1;
}
