namespace Pomona.Functions.Executions;

/// <summary>Whether a workflow execution goes on.</summary>
internal enum ExecutionState
{
    /// <summary>Step Functions knows no such execution: it was never started, or ended over 90 days ago.</summary>
    Missing,

    /// <summary>It runs, or waits to be redriven.</summary>
    Running,

    /// <summary>It succeeded, failed, timed out or was aborted.</summary>
    Ended,
}
