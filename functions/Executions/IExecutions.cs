namespace Pomona.Functions.Executions;

/// <summary>The pipeline's executions and their waiting tasks.</summary>
internal interface IExecutions
{
    /// <summary>The ARN of the pipeline's execution of this name.</summary>
    string ArnOf(string name);

    /// <summary>Whether the ARN is of an execution of this very pipeline.</summary>
    bool IsOurs(string? executionArn);

    /// <summary>Starts an execution; one that exists already under the name is as good.</summary>
    Task StartAsync(string name, string input, CancellationToken cancellation);

    /// <summary>Whether an execution goes on.</summary>
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
