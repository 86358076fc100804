using System.Collections.Concurrent;
using Pomona.Functions.Executions;

namespace Pomona.Functions.Tests.Fakes;

/// <summary>Executions in memory with Step Functions' rules: a name starts once, a token answers once.</summary>
internal sealed class MemoryExecutions : IExecutions
{
    public const string Prefix = "arn:aws:states:eu-west-3:123456789012:execution:pomona-pipeline:";

    private readonly ConcurrentDictionary<string, ExecutionState> _states = new();

    /// <summary>Names in the order in which they really started.</summary>
    public ConcurrentQueue<(string Name, string Input)> Started { get; } = new();

    /// <summary>Tokens that a task waits for.</summary>
    public ConcurrentDictionary<string, bool> Waiting { get; } = new();

    public ConcurrentQueue<(string Token, string Output)> Succeeded { get; } = new();

    public ConcurrentQueue<(string Token, string Error, string Cause)> Failed { get; } = new();

    /// <summary>Called before every operation; may throw, to play a failing service.</summary>
    public Action<string, string> Before { get; set; } = (_, _) => { };

    public void End(string name) => _states[name] = ExecutionState.Ended;

    public void Forget(string name) => _states.TryRemove(name, out _);

    public void Run(string name) => _states[name] = ExecutionState.Running;

    public string ArnOf(string name) => Prefix + name;

    public bool IsOurs(string? executionArn) => executionArn?.StartsWith(Prefix, StringComparison.Ordinal) is true;

    public Task StartAsync(string name, string input, CancellationToken cancellation)
    {
        Before("start", name);
        if (_states.TryAdd(name, ExecutionState.Running))
            Started.Enqueue((name, input));
        return Task.CompletedTask;
    }

    public Task<ExecutionState> StateAsync(string executionArn, CancellationToken cancellation)
    {
        Before("describe", executionArn);
        return Task.FromResult(_states.GetValueOrDefault(executionArn[Prefix.Length..], ExecutionState.Missing));
    }

    public Task<bool> SucceedTaskAsync(string token, string output, CancellationToken cancellation)
    {
        Before("succeed", token);
        if (!Waiting.TryRemove(token, out _))
            return Task.FromResult(false);
        Succeeded.Enqueue((token, output));
        return Task.FromResult(true);
    }

    public Task<bool> FailTaskAsync(string token, string error, string cause, CancellationToken cancellation)
    {
        Before("fail", token);
        if (!Waiting.TryRemove(token, out _))
            return Task.FromResult(false);
        Failed.Enqueue((token, error, cause));
        return Task.FromResult(true);
    }
}
