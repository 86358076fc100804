using System.Text.Json;
using System.Text.Json.Nodes;
using Pomona.Local.Page;

namespace Pomona.Local.Tests.Page;

public sealed class RunWorkTests
{
    private const string Plan = """
        "plan": {"engine": "functions", "choice": {"why": "Functions: cheap."}, "plan": {"shards": 20} }
        """;

    [Fact]
    public void Before_its_plan_and_in_an_earlier_version_s_nothing_is_known_of_who_does_a_run_s_work()
    {
        Assert.Null(RunWork.Of([]));
        Assert.Null(RunWork.Of([Left("PlanRun", """{"plan": {"plan": {"shards": 2} } }""")]));
        Assert.Null(RunWork.Of([Left("PlanRun", "no json"), Left("PlanRun", """{"plan": "x"}""")]));
        Assert.Null(RunWork.Of([Left("PlanRun", """{"plan": {"engine": "cluster", "engine": "functions"} }""")]));
    }

    [Fact]
    public void A_cluster_has_a_reason_and_no_stage()
        => Assert.Equal(
            new RunWork("cluster", "A cluster: sooner.", null, null, 7),
            RunWork.Of([Left("PlanRun", """{"plan": {"engine": "cluster", "choice": {"why": "A cluster: sooner."}, "plan": {"shards": 7} }, "stage": {"round": 0} }""")]));

    [Fact]
    public void What_its_cluster_costs_is_what_its_plan_says()
    {
        var work = RunWork.Of([Left("PlanRun", """{"plan": {"engine": "cluster", "estimate": {"hourly": 0.95, "currency": "EUR"} } }""")])!;

        Assert.Equal((0.95, "EUR"), (work.PerHour, work.Currency));
    }

    [Fact]
    public void Functions_are_at_the_stage_that_was_answered_last_and_at_none_when_all_are_done()
    {
        var planned = Left("PlanRun", $$"""{{{Plan}}, "stage": {"round": 0} }""");
        var reducing = Left("NextStage", $$"""{{{Plan}}, "stage": {"verdict": "work", "stage": "reduce", "round": 3} }""");
        var finished = Left("NextStage", $$"""{{{Plan}}, "stage": {"verdict": "finished", "stage": null, "round": 4} }""");

        Assert.Equal(new RunWork("functions", "Functions: cheap.", null, null, 20), RunWork.Of([planned]));
        Assert.Equal("reduce", RunWork.Of([planned, reducing])!.Stage);
        Assert.Null(RunWork.Of([planned, reducing, finished])!.Stage);
        Assert.Equal(("features/", "components/", null), (RunWork.FolderOf("extract"), RunWork.FolderOf("reduce"), RunWork.FolderOf("fit")));
    }

    [Fact]
    public void What_a_stranger_answered_in_its_place_is_shown_as_a_short_line()
    {
        var why = JsonEncodedText.Encode("a\n\u202eb" + new string('x', 5000)).ToString();

        var work = RunWork.Of([Left("PlanRun", $$"""{"plan": {"engine": "cluster", "choice": {"why": "{{why}}"}, "plan": {"shards": "x"} } }""")])!;

        Assert.DoesNotContain('\n', work.Why!);
        Assert.InRange(work.Why!.Length, 10, 700);
        Assert.Equal(0, work.Shards);
    }

    private static JsonObject Left(string state, string output) => new() { ["stateExitedEventDetails"] = new JsonObject { ["name"] = state, ["output"] = output } };
}
