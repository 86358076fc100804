namespace Pomona.Functions.Executions;

/// <summary>The pipeline's executions and their waiting tasks.</summary>
internal interface IExecutions
{
    /// <summary>The ARN of the pipeline's execution of this name.</summary>
    string ArnOf(string name);

    /// <summary>Whether the ARN is of an execution of this very pipeline.</summary>
    bool IsOurs(string? executionArn);

    /// <summary>
    /// Starts an execution, once: a name that runs already with the very same input is left alone, and the call is as good
    /// as the one that started it.
    /// </summary>
    /// <returns>
    /// Whether the execution of this name and input goes on now; false when the name has been used up, by an execution that
    /// has ended or that has another input.
    /// </returns>
    Task<bool> StartAsync(string name, string input, CancellationToken cancellation);

    /// <summary>
    /// Whether an execution goes on, and with which input. Step Functions answers this for an account some ten times a
    /// second, where it starts some hundred executions: not to be asked once per upload.
    /// </summary>
    Task<FoundExecution> FindAsync(string executionArn, CancellationToken cancellation);

    /// <summary>Whether an execution goes on; as rarely asked as <see cref="FindAsync"/>.</summary>
    Task<ExecutionState> StateAsync(string executionArn, CancellationToken cancellation);

    /// <summary>Ends a waiting task well; false when nobody waits for this token (any more).</summary>
    Task<bool> SucceedTaskAsync(string token, string output, CancellationToken cancellation);

    /// <summary>Ends a waiting task with an error; false when nobody waits for this token (any more).</summary>
    /// <param name="token">The task's token.</param>
    /// <param name="error">A name that the workflow's Catch can match, at most 256 characters.</param>
    /// <param name="cause">One sentence for people; cut to the 32,768 characters that Step Functions allows.</param>
    /// <param name="cancellation">Ends the call.</param>
    Task<bool> FailTaskAsync(string token, string error, string cause, CancellationToken cancellation);
}

/// <summary>What Step Functions says of an execution.</summary>
/// <param name="State">Whether it goes on.</param>
/// <param name="Input">Its input, byte for byte as it was started with; null when it is not there.</param>
internal sealed record FoundExecution(ExecutionState State, string? Input);

/// <summary>Whether a workflow execution goes on.</summary>
internal enum ExecutionState
{
    /// <summary>Step Functions knows no such execution: it was never started, or ended over 90 days ago.</summary>
    Missing,

    /// <summary>It runs, or waits to be redriven.</summary>
    Running,

    /// <summary>It came to its own end.</summary>
    Succeeded,

    /// <summary>It failed, timed out or was aborted.</summary>
    Broken,
}
