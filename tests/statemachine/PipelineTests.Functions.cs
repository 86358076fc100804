using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Pomona.Local.Faults;

namespace Pomona.StateMachine.Tests;

/// <summary>Runs that functions do, without a cluster.</summary>
public sealed partial class PipelineTests
{
    [MotoFact]
    public async Task A_run_on_functions_works_on_all_batches_of_each_stage_mails_once_and_rents_nothing()
    {
        await BeginOnFunctionsAsync();

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertSucceeded(outcome);
        Assert.Equal(997, (int?)outcome.Output!["summary"]!["images"]);
        var calls = workflow.Functions.Inputs("RunShards");
        Assert.Equal([0, 1, 2, 3], calls.Where(call => (string?)call["do"] == "next").Select(call => (int)call["round"]!));
        Assert.Equal(
            [.. from stage in (string[])["extract", "fit", "reduce"] from batch in (string[])["0-4", "4-8", "8-10"] select $"{stage} {batch}"],
            calls.Where(call => (string?)call["do"] == "work").Select(call => $"{call["stage"]} {call["from"]}-{call["to"]}").Order());
        // Each call stands for itself.
        Assert.All(calls, call =>
        {
            Assert.Equal("s3://pomona-123456789012-eu-west-3/datasets/fruits/", (string?)call["inputUri"]);
            Assert.Equal("s3://pomona-123456789012-eu-west-3/runs/fruits/20261121T130455Z-3f9a2c1b/", (string?)call["outputUri"]);
            Assert.Equal((ContractFunctions.Bundle, "on", "exact", 50), ((string?)call["artifacts"], (string?)call["exifRotation"], (string?)call["decode"], (int?)call["components"]));
            Assert.Equal((4, "fruits", "20261121T130455Z-3f9a2c1b"), ((int?)call["shardsPerBatch"], (string?)call["dataset"], (string?)call["run"]));
            Assert.StartsWith("arn:aws:states:", (string?)call["executionArn"], StringComparison.Ordinal);
        });
        Assert.Equal("Pomona: finished", Assert.Single(workflow.Mails).Subject);
        Assert.Equal("finished", (string?)Assert.Single(workflow.Functions.Inputs("CloseRun"))["outcome"]);
        Assert.Empty(workflow.Emr.Calls);
        Assert.Empty(workflow.Functions.Inputs("TakeRoom"));
    }

    [MotoFact]
    public async Task A_batch_whose_time_runs_out_is_called_again_for_the_rest_only()
    {
        await BeginOnFunctionsAsync();
        workflow.Functions.Will("RunShards", static input => (string)input["do"]! == "work" && (int)input["from"]! is var from && from + 1 < (int)input["to"]!
            ? new JsonObject { ["verdict"] = "more", ["stage"] = "extract", ["from"] = from + 1, ["to"] = input["to"]!.DeepClone() }
            : ContractFunctions.Shards(input));

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertSucceeded(outcome);
        var worked = workflow.Functions.Inputs("RunShards").Where(call => (string?)call["do"] == "work" && (string?)call["stage"] == "extract");
        Assert.Equal(
            ["0-4", "1-4", "2-4", "3-4", "4-8", "5-8", "6-8", "7-8", "8-10", "9-10"],
            worked.Select(call => $"{call["from"]}-{call["to"]}").Order());
    }

    [MotoFact]
    public async Task Batches_that_find_no_place_or_are_killed_are_tried_again_and_the_run_finishes()
    {
        await BeginOnFunctionsAsync();
        workflow.Faults.Add(new ApiFault("lambda", "Invoke", Status: 429, Code: "TooManyRequestsException", Times: 6));
        var tries = new ConcurrentDictionary<string, int>();
        workflow.Functions.Will("RunShards", input => (string)input["do"]! == "work" && tries.AddOrUpdate($"{input["stage"]} {input["from"]}", 1, static (_, many) => many + 1) < 3
            ? throw new FunctionError("Runtime.OutOfMemory", "RequestId: 1 Error: Runtime exited with error: signal: killed")
            : ContractFunctions.Shards(input));

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertSucceeded(outcome);
        Assert.All(tries, tried => Assert.Equal(3, tried.Value));
        Assert.Equal(9, tries.Count);
    }

    [MotoFact]
    public async Task A_batch_that_is_killed_three_times_fails_the_run_with_the_sentence_that_names_its_shard()
    {
        await BeginOnFunctionsAsync();
        workflow.Functions.Will("RunShards", static input => (string)input["do"]! == "work" && (int)input["from"]! == 4
            ? throw new FunctionError("Runtime.ExitError", "RequestId: 1 Error: Runtime exited with error: signal: killed")
            : ContractFunctions.Shards(input));

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertFailed(outcome, "Pomona.ShardFailed");
        Assert.Equal("extract of shard 4 ran out of memory", outcome.Cause);
        var calls = workflow.Functions.Inputs("RunShards");
        Assert.Equal(3, calls.Count(call => (string?)call["do"] == "work" && (int)call["from"]! == 4));
        var explained = Assert.Single(calls, call => (string?)call["do"] == "explain");
        Assert.Equal(("extract", 4, 8), ((string?)explained["stage"], (int?)explained["from"], (int?)explained["to"]));
        Assert.Contains("signal: killed", (string?)explained["error"]!["Cause"], StringComparison.Ordinal);
    }

    [MotoTheory]
    [InlineData("next")]
    [InlineData("work")]
    public async Task What_no_repetition_mends_is_asked_for_once(string what)
    {
        await BeginOnFunctionsAsync();
        workflow.Functions.Will("RunShards", input => (string)input["do"]! == what
            ? throw new FunctionError("RunRefusedException", "the model is not the bundle's")
            : ContractFunctions.Shards(input));

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertFailed(outcome, "RunRefusedException");
        Assert.Contains("the model is not the bundle's", outcome.Cause, StringComparison.Ordinal);
        Assert.DoesNotContain(workflow.Functions.Inputs("RunShards"), call => (string?)call["do"] == "explain");
        // The first batch that fails ends the others, some of which were not asked for yet.
        var calls = workflow.Functions.Inputs("RunShards").Where(call => (string?)call["do"] == what).Select(static call => (int?)call["from"]).ToArray();
        Assert.InRange(calls.Length, 1, what == "next" ? 1 : 3);
        Assert.Equal(calls.Distinct(), calls);
    }

    [MotoFact]
    public async Task A_run_whose_output_a_killed_call_still_holds_is_waited_for()
    {
        await BeginOnFunctionsAsync();
        var asked = 0;
        workflow.Functions.Will("RunShards", input => (string)input["do"]! == "next" && ++asked is 2 or 3 or 4 or 5
            ? throw new FunctionError("RunIsBusyException", "another process writes there")
            : ContractFunctions.Shards(input));

        AssertSucceeded(await workflow.RunAsync(Definition.Pipeline));
        Assert.Equal(8, asked);
    }

    private async Task BeginOnFunctionsAsync()
    {
        await workflow.BeginAsync();
        workflow.Functions.Will("PlanRun", static _ => ContractFunctions.PlanOfFunctions());
    }
}
