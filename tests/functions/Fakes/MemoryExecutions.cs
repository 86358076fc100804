using System.Collections.Concurrent;
using Pomona.Functions.Executions;

namespace Pomona.Functions.Tests.Fakes;

/// <summary>
/// Executions in memory with Step Functions' rules: a name starts once, the same start again is the same execution while it
/// runs, a token answers once.
/// </summary>
internal sealed class MemoryExecutions : IExecutions
{
    public const string Prefix = "arn:aws:states:eu-west-3:123456789012:execution:pomona-pipeline:";

    private readonly ConcurrentDictionary<string, FoundExecution> _executions = new();

    /// <summary>Names in the order in which they really started.</summary>
    public ConcurrentQueue<(string Name, string Input)> Started { get; } = new();

    /// <summary>Tokens that a task waits for.</summary>
    public ConcurrentDictionary<string, bool> Waiting { get; } = new();

    public ConcurrentQueue<(string Token, string Output)> Succeeded { get; } = new();

    public ConcurrentQueue<(string Token, string Error, string Cause)> Failed { get; } = new();

    /// <summary>Called before every operation; may throw, to play a failing service.</summary>
    public Action<string, string> Before { get; set; } = (_, _) => { };

    /// <summary>Called after every operation that changes something; may throw, to lose its answer.</summary>
    public Action<string, string> After { get; set; } = (_, _) => { };

    /// <summary>Ends an execution: not well, or as it should.</summary>
    public void End(string name, bool well = false)
        => _executions[name] = new FoundExecution(well ? ExecutionState.Succeeded : ExecutionState.Broken, _executions.GetValueOrDefault(name)?.Input);

    public void Forget(string name) => _executions.TryRemove(name, out _);

    public void Run(string name, string input = "{}") => _executions[name] = new FoundExecution(ExecutionState.Running, input);

    public string ArnOf(string name) => Prefix + name;

    public bool IsOurs(string? executionArn) => executionArn?.StartsWith(Prefix, StringComparison.Ordinal) is true;

    public Task<bool> StartAsync(string name, string input, CancellationToken cancellation)
    {
        Before("start", name);
        var mine = new FoundExecution(ExecutionState.Running, input);
        var found = _executions.GetOrAdd(name, mine);
        if (ReferenceEquals(found, mine))
            Started.Enqueue((name, input));
        After("start", name);
        return Task.FromResult(found == mine);
    }

    public async Task<ExecutionState> StateAsync(string executionArn, CancellationToken cancellation)
        => (await FindAsync(executionArn, cancellation)).State;

    public Task<FoundExecution> FindAsync(string executionArn, CancellationToken cancellation)
    {
        Before("describe", executionArn);
        return Task.FromResult(_executions.GetValueOrDefault(
            executionArn[Prefix.Length..], new FoundExecution(ExecutionState.Missing, null)));
    }

    public Task<bool> SucceedTaskAsync(string token, string output, CancellationToken cancellation)
    {
        Before("succeed", token);
        if (!Waiting.TryRemove(token, out _))
            return Task.FromResult(false);
        Succeeded.Enqueue((token, output));
        After("succeed", token);
        return Task.FromResult(true);
    }

    public Task<bool> FailTaskAsync(string token, string error, string cause, CancellationToken cancellation)
    {
        Before("fail", token);
        if (!Waiting.TryRemove(token, out _))
            return Task.FromResult(false);
        Failed.Enqueue((token, error, cause));
        After("fail", token);
        return Task.FromResult(true);
    }
}
