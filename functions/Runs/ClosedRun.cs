using Pomona.Contracts;

namespace Pomona.Functions.Runs;

/// <summary>What became of the data set after the run.</summary>
/// <param name="Released">Whether this call freed the run's lock.</param>
/// <param name="Changed">Whether the data set differs from what the run saw.</param>
/// <param name="NextRun">The run that has the data set now, or null.</param>
/// <param name="NextExecutionArn">Its execution, or null.</param>
public sealed record ClosedRun(bool Released, bool Changed, RunId? NextRun, string? NextExecutionArn);
