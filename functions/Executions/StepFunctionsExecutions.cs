using Amazon.StepFunctions;
using Amazon.StepFunctions.Model;

namespace Pomona.Functions.Executions;

internal sealed class StepFunctionsExecutions : IExecutions
{
    private const int LongestCause = 32_768;

    private readonly IAmazonStepFunctions _stepFunctions;
    private readonly string _stateMachineArn;
    private readonly string _executionPrefix;

    /// <exception cref="ArgumentException">The ARN is not a state machine's.</exception>
    public StepFunctionsExecutions(IAmazonStepFunctions stepFunctions, string stateMachineArn)
    {
        // arn:aws:states:eu-west-3:123456789012:stateMachine:name
        if (stateMachineArn.Split(':') is not [var arn, var partition, "states", var region, var account, "stateMachine", var name])
        {
            throw new ArgumentException(
                $"'{stateMachineArn}' is not a state machine's ARN: set POMONA_STATE_MACHINE_ARN to "
                + "arn:aws:states:REGION:ACCOUNT:stateMachine:NAME.", nameof(stateMachineArn));
        }

        _stepFunctions = stepFunctions;
        _stateMachineArn = stateMachineArn;
        _executionPrefix = $"{arn}:{partition}:states:{region}:{account}:execution:{name}:";
    }

    public string ArnOf(string name) => _executionPrefix + name;

    public bool IsOurs(string? executionArn)
        => executionArn is not null && executionArn.StartsWith(_executionPrefix, StringComparison.Ordinal);

    public async Task<bool> StartAsync(string name, string input, CancellationToken cancellation)
    {
        try
        {
            await _stepFunctions.StartExecutionAsync(
                new StartExecutionRequest { StateMachineArn = _stateMachineArn, Name = name, Input = input },
                cancellation);
            return true;
        }
        catch (ExecutionAlreadyExistsException)
        {
            // One that runs under this name and with this input answers as if it had just been started.
            return false;
        }
    }

    public async Task<ExecutionState> StateAsync(string executionArn, CancellationToken cancellation)
        => (await FindAsync(executionArn, cancellation)).State;

    public async Task<FoundExecution> FindAsync(string executionArn, CancellationToken cancellation)
    {
        try
        {
            var execution = await _stepFunctions.DescribeExecutionAsync(
                new DescribeExecutionRequest { ExecutionArn = executionArn }, cancellation);
            var status = execution.Status;
            var state = status == ExecutionStatus.RUNNING || status == ExecutionStatus.PENDING_REDRIVE ? ExecutionState.Running
                : status == ExecutionStatus.SUCCEEDED ? ExecutionState.Succeeded
                : ExecutionState.Broken;
            return new FoundExecution(state, execution.Input);
        }
        catch (ExecutionDoesNotExistException)
        {
            return new FoundExecution(ExecutionState.Missing, null);
        }
        catch (InvalidArnException)
        {
            return new FoundExecution(ExecutionState.Missing, null);
        }
    }

    public Task<bool> SucceedTaskAsync(string token, string output, CancellationToken cancellation)
        => IsAwaitedAsync(() => _stepFunctions.SendTaskSuccessAsync(
            new SendTaskSuccessRequest { TaskToken = token, Output = output }, cancellation));

    public Task<bool> FailTaskAsync(string token, string error, string cause, CancellationToken cancellation)
        => IsAwaitedAsync(() => _stepFunctions.SendTaskFailureAsync(
            new SendTaskFailureRequest
            {
                TaskToken = token,
                Error = error,
                Cause = cause.Length > LongestCause ? cause[..LongestCause] : cause,
            },
            cancellation));

    private static async Task<bool> IsAwaitedAsync(Func<Task> answer)
    {
        try
        {
            await answer();
            return true;
        }
        catch (AmazonStepFunctionsException e) when (e
            is TaskDoesNotExistException or TaskTimedOutException or InvalidTokenException)
        {
            return false;
        }
    }
}
