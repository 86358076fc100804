using Pomona.Functions.Executions;
using Pomona.Functions.Tests.Fakes;

namespace Pomona.Functions.Tests.Executions;

/// <summary>What the functions rest on: Step Functions' own answers, and those of the double that other tests use.</summary>
public sealed class ExecutionsContractTests(MotoAccount moto) : IClassFixture<MotoAccount>
{
    private const string Input = """{"dataset":"fruits"}""";

    [Fact]
    public async Task The_double_starts_describes_and_answers_executions_as_Step_Functions_does()
    {
        var executions = new MemoryExecutions();

        await TryAsync(executions, stop: name =>
        {
            executions.End(name);
            return Task.CompletedTask;
        });
        await TryUnknownTokensAsync(executions);
    }

    [MotoFact]
    public async Task Step_Functions_starts_describes_and_answers_executions()
    {
        using var client = moto.StepFunctions();
        var machine = (await moto.CallAsync("states", "AWSStepFunctions.CreateStateMachine", "1.0", new
        {
            name = "pomona-clients",
            roleArn = $"arn:aws:iam::{MotoAccount.Account}:role/pomona",
            definition = """{"StartAt":"Wait","States":{"Wait":{"Type":"Wait","Seconds":3600,"End":true}}}""",
        })).GetProperty("stateMachineArn").GetString()!;
        var executions = new StepFunctionsExecutions(client, machine);

        await TryAsync(executions, stop: name
            => moto.CallAsync("states", "AWSStepFunctions.StopExecution", "1.0", new { executionArn = executions.ArnOf(name) }));
        // Only moto's executing back end knows tokens, and it has never seen these.
        await moto.ConfigureAsync("""{"stepfunctions":{"execute_state_machine":true}}""");
        await TryUnknownTokensAsync(executions);
    }

    private static async Task TryAsync(IExecutions executions, Func<string, Task> stop)
    {
        Assert.True(await executions.StartAsync("one", Input, default));
        Assert.True(await executions.StartAsync("one", Input, default));
        Assert.False(await executions.StartAsync("one", """{"dataset":"other"}""", default));

        Assert.Equal(new FoundExecution(ExecutionState.Running, Input), await executions.FindAsync(executions.ArnOf("one"), default));
        Assert.Equal(ExecutionState.Running, await executions.StateAsync(executions.ArnOf("one"), default));
        Assert.Equal(ExecutionState.Missing, await executions.StateAsync(executions.ArnOf("two"), default));
        Assert.True(executions.IsOurs(executions.ArnOf("one")));
        Assert.False(executions.IsOurs(executions.ArnOf("one").Replace(":execution:", ":execution:other-", StringComparison.Ordinal)));
        Assert.False(executions.IsOurs(null));
        await stop("one");
        Assert.Equal(new FoundExecution(ExecutionState.Broken, Input), await executions.FindAsync(executions.ArnOf("one"), default));
        Assert.False(await executions.StartAsync("one", Input, default));
    }

    private static async Task TryUnknownTokensAsync(IExecutions executions)
    {
        Assert.False(await executions.SucceedTaskAsync("never-seen", "{}", default));
        Assert.False(await executions.FailTaskAsync("never-seen", "Pomona.StepFailed", new string('x', 100_000), default));
    }
}
