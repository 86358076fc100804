using Amazon.StepFunctions.Model;
using Pomona.Cloud.Runs;

namespace Pomona.Cloud.Tests.Runs;

public sealed class StackRunTests
{
    private const string Execution = "arn:aws:states:eu-west-3:123456789012:execution:pomona-pipeline:x";
    private static readonly DateTimeOffset Began = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private const string Opened = """
        "open": {"dataset": "fruits", "run": "20261121T120000Z-0000000a", "components": 20, "exifRotation": "off", "decode": "exact", "now": true}
        """;

    private const string Planned = """
        "plan": {"plan": {"images": 1000}, "cluster": {"primaryVcpus": 4, "coreVcpus": 4, "taskVcpus": 16},
          "estimate": {"cost": 0.21, "hourly": 0.95, "currency": "EUR", "priceDate": "2026-11-01"}}
        """;

    [Fact]
    public void The_newest_states_tell_where_it_is_and_what_was_found_before()
    {
        var run = Of("RUNNING", "x", Entered("RunJob", $$"""{{{Opened}}, {{Planned}}, "cluster": {"id": "j-1", "createdAt": "2026-11-21T12:01:00Z"} }"""), Entered("OpenRun", """{"input": {"dataset": "fruits"} }"""));

        Assert.Equal(("RunJob", "the job runs", true), (run.State, run.Says, run.IsOn));
        Assert.Equal(("fruits", "20261121T120000Z-0000000a", 1000L, "j-1", 24), (run.Dataset, run.Run, run.Images, run.Cluster, run.Vcpus));
        Assert.Equal((0.95m, 0.21m, "EUR"), (run.Hourly, run.Expected, run.Currency));
        Assert.Equal("""{"components":20,"exifRotation":"off","decode":"exact"}""", run.Settings.ToJsonString());
    }

    [Fact]
    public void The_result_s_state_knows_less_and_those_before_it_the_rest()
    {
        var run = Of(
            "SUCCEEDED", "x",
            Entered("Done", """{"dataset": "fruits", "run": "20261121T120000Z-0000000a", "outcome": "overBudget", "clusterId": null}"""),
            Entered("Result", $$"""{{{Opened}}, {{Planned}}, "outcome": {"name": "overBudget"} }"""));

        Assert.Equal(("overBudget", "over budget: nothing was rented", 1000L), (run.Outcome, run.Says, run.Images));
    }

    [Fact]
    public void A_failure_is_told_with_its_first_error_as_one_line()
    {
        var run = Of("FAILED", "x", Entered("FailRun", $$$"""{{{{Opened}}}, "error": {"Error": "Pomona.StepFailed", "Cause": "no\nmodel"} }"""));

        Assert.Equal(("failed", "Pomona.StepFailed", "no\\u000amodel"), (run.Says, run.Error, run.Cause));
    }

    [Theory]
    [InlineData("fruits-20261121T120000Z-0000000a", "fruits")]
    [InlineData("my-set-20261121T120000Z-0000000a", "my-set")]
    [InlineData("1f0f5a30-9a10-4c1e-9d2b-53f1c4f3a4a1", null)]
    [InlineData("-20261121T120000Z-0000000a", null)]
    public void The_name_that_an_upload_gave_tells_of_an_execution_without_a_history(string name, string? dataset)
        => Assert.Equal(dataset, Of("ABORTED", name).Dataset);

    [Theory]
    [InlineData("not json")]
    [InlineData("[1]")]
    [InlineData("""{"open": 1, "plan": "x", "cluster": [], "error": "e", "outcome": 3}""")]
    [InlineData("""{"open": {"dataset": 1, "run": {} }, "plan": {"estimate": {"hourly": "x"} } }""")]
    [InlineData("""{"dataset": "fruits", "dataset": "others", "open": {"run": "x"} }""")]
    [InlineData("""{"open": {"components": 1, "components": 2}, "plan": {"plan": {"images": 1e28}, "cluster": {"coreVcpus": 1e28, "coreVcpus": 4} } }""")]
    [InlineData("""{"open": {"dataset": "\ud800", "decode": "\ud800"}, "\ud800": 1}""")]
    [InlineData("""{"do": "work", "do": "next"}""")]
    public void An_input_that_somebody_made_up_is_no_failure(string input)
    {
        Assert.Null(Of("RUNNING", "x", Entered("Begin", input)).Hourly);
        Assert.True(StackRun.TellsOfRun(Entered("Begin", input)));
    }

    [Fact]
    public void What_else_an_input_tells_is_known_although_a_member_of_it_cannot_be_read()
    {
        var run = Of("FAILED", "x", Entered("FailRun", """{"input": {"dataset": "fruits", "testSplit": "\ud800"}, "error": {"Error": "InvalidExecutionInputException", "Cause": "no"} }"""));

        Assert.Equal(("fruits", "InvalidExecutionInputException", "no"), (run.Dataset, run.Error, run.Cause));
    }

    [Fact]
    public void A_run_by_functions_is_known_by_its_plan_although_its_newest_states_are_batches()
    {
        const string Batch = """{"do": "work", "dataset": "fruits", "run": "20261121T120000Z-0000000a", "stage": "reduce", "from": 0, "to": 2}""";
        var run = Of(
            "RUNNING", "x",
            Entered("WorkOnBatch", Batch),
            Entered("WorkOnBatch", Batch),
            Entered(
                "WorkOnShards",
                """{"open": {"dataset": "fruits", "engine": "auto"}, "plan": {"plan": {"images": 10000, "since": {"unchanged": 9500} }, "cluster": null, "engine": "functions", "choice": {"why": "Functions: cheap."}, """
                + """ "estimate": {"cost": 0.0134, "hourly": 0, "currency": "USD"}}, "stage": {"verdict": "work", "stage": "reduce", "round": 3} }"""));

        Assert.Equal(("has functions work on its shards", "reduce", true, null, 10_000L), (run.Says, run.Stage, run.IsByFunctions, run.Cluster, run.Images));
        Assert.Equal(("Functions: cheap.", "about 0.0134 USD expected", null), (run.Why, run.ExpectedText, run.Hourly));
        Assert.Equal("auto", (string?)run.Settings["engine"]);
        Assert.Equal(9500, run.Unchanged);
    }

    [Theory]
    [InlineData("""{"do": "work", "run": "r"}""", false)]
    [InlineData("""{"open": {} }""", true)]
    [InlineData("""{"dataset": "fruits", "outcome": "finished"}""", true)]
    [InlineData("not json", true)]
    public void A_batch_s_state_tells_nothing_of_the_run(string input, bool tells)
    {
        Assert.Equal(tells, StackRun.TellsOfRun(Entered("x", input)));
        Assert.False(StackRun.TellsOfRun(new HistoryEvent()));
    }

    private static StackRun Of(string status, string name, params HistoryEvent[] newest) => StackRun.Of(Execution, name, status, Began, null, newest);

    private static HistoryEvent Entered(string name, string input) => new() { StateEnteredEventDetails = new StateEnteredEventDetails { Name = name, Input = input } };
}
