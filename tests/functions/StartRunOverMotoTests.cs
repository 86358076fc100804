using Microsoft.Extensions.Time.Testing;
using Pomona.Contracts;
using Pomona.Functions.Executions;
using Pomona.Functions.Runs;
using Pomona.Storage;
using Pomona.Functions.Tests.Fakes;

namespace Pomona.Functions.Tests;

/// <summary>Ten thousand events over the real clients against a real server: its conditional writes decide.</summary>
[Collection(SharedMoto.Name)]
public sealed class StartRunOverMotoTests(MotoAccount moto)
{
    [MotoFact]
    public async Task Ten_thousand_upload_events_start_one_execution_per_data_set_and_one_more_after_it_ended()
    {
        const string Bucket = "pomona-events";
        using var s3 = moto.S3();
        using var stepFunctions = moto.StepFunctions();
        await MotoAccount.CreateBucketAsync(s3, Bucket);
        var machine = (await moto.CallAsync("states", "AWSStepFunctions.CreateStateMachine", "1.0", new
        {
            name = "pomona-events",
            roleArn = $"arn:aws:iam::{MotoAccount.Account}:role/pomona",
            definition = """{"StartAt":"Wait","States":{"Wait":{"Type":"Wait","Seconds":3600,"End":true}}}""",
        })).GetProperty("stateMachineArn").GetString()!;
        var clock = new FakeTimeProvider(Stack.Start);
        var executions = new StepFunctionsExecutions(stepFunctions, machine);
        var store = new S3Store(s3, Bucket, "");
        var function = StartRunTests.Over(store, executions, new MemoryMailbox(), clock, Bucket);

        // Fewer invocations than in memory, each with more records: the server answers some hundred requests a second.
        await StartRunTests.DeliverAsync(function, Bucket, Batched(StartRunTests.Events(["fruits"], 10_000, seed: 5), 12));
        Assert.Single(await ListAsync(machine));

        await StartRunTests.DeliverAsync(function, Bucket, Batched(StartRunTests.Events(["leaves"], 200, seed: 6), 4));
        var running = await ListAsync(machine);
        Assert.Equal(["fruits", "leaves"], running.Select(name => name.Split('-')[0]).Order(StringComparer.Ordinal));

        var ended = running.Single(name => name.StartsWith("fruits", StringComparison.Ordinal));
        await moto.CallAsync("states", "AWSStepFunctions.StopExecution", "1.0", new { executionArn = executions.ArnOf(ended) });
        clock.Advance(TimeSpan.FromHours(1));
        await StartRunTests.DeliverAsync(function, Bucket, Batched(StartRunTests.Events(["fruits"], 200, seed: 7), 4));
        Assert.Equal(3, (await ListAsync(machine)).Count);
    }

    private static List<string[]> Batched(List<string[]> events, int size) => [.. events.Chunk(size).Select(chunk => chunk.SelectMany(keys => keys).ToArray())];

    /// <summary>
    /// The names of the executions. moto's storing back end can list one twice when two calls start it at the same moment;
    /// in Step Functions a name is one execution.
    /// </summary>
    private async Task<List<string>> ListAsync(string machine)
        => [.. (await moto.CallAsync("states", "AWSStepFunctions.ListExecutions", "1.0", new { stateMachineArn = machine }))
            .GetProperty("executions").EnumerateArray().Select(e => e.GetProperty("name").GetString()!).Distinct()];
}
