using System.Text.Json.Nodes;
using Pomona.Functions.Planning;

namespace Pomona.StateMachine.Tests;

/// <summary>What must hold of every definition, and what neither asl-validator nor cfn-lint looks at.</summary>
public sealed class DefinitionTests
{
    private const string Rent = "RentCluster";
    private const string TearDown = "IsClusterRented";

    public static TheoryData<string> Both => ["pipeline", "costs"];

    [Theory]
    [MemberData(nameof(Both))]
    public void The_validator_finds_nothing(string machine)
    {
        var validator = RepositoryRoot.File("tests/node_modules/asl-validator/dist/bin/asl-validator.js");
        Assert.True(File.Exists(validator), "asl-validator is not installed: ./pomona test does it");

        var result = Tool.Run("node", [validator, "--json-path", RepositoryRoot.File(Of(machine).File)]);

        Assert.True(result.ExitCode == 0, result.Output);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Every_task_has_a_time_limit(string machine) => ForEachTask(machine, (name, task) =>
        Assert.True(task.ContainsKey("TimeoutSeconds") || task.ContainsKey("TimeoutSecondsPath"), $"{name} may wait for ever"));

    [Theory]
    [MemberData(nameof(Both))]
    public void Every_task_that_waits_for_an_answer_has_a_heartbeat_shorter_than_its_time_limit(string machine) => ForEachTask(machine, (name, task) =>
    {
        if (!((string)task["Resource"]!).EndsWith(".waitForTaskToken", StringComparison.Ordinal))
            return;

        var heartbeat = (int?)task["HeartbeatSeconds"];
        Assert.True(heartbeat > 0, $"{name} has no heartbeat");
        // The limit is what is left of the time allowed, and not less than JudgeStart gives.
        var limit = (string?)task["TimeoutSecondsPath"] == "$.started.secondsLeft" ? PlannedCluster.LeastSeconds : (int)task["TimeoutSeconds"]!;
        Assert.True(heartbeat < limit, $"{name}: a heartbeat of {heartbeat} s is not shorter than {limit} s");
    });

    [Theory]
    [MemberData(nameof(Both))]
    public void States_ALL_stands_alone_and_last(string machine)
    {
        foreach (var (name, state) in Of(machine).States)
        {
            foreach (var list in new[] { "Retry", "Catch" })
            {
                var rules = state[list]?.AsArray() ?? [];
                for (var index = 0; index < rules.Count; index++)
                {
                    var errors = rules[index]!["ErrorEquals"]!.AsArray().Select(error => (string)error!).ToList();
                    if (errors.Contains("States.ALL"))
                        Assert.True(errors.Count == 1 && index == rules.Count - 1, $"{name}.{list}: States.ALL must stand alone and last");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Every_retry_spreads_its_attempts(string machine) => ForEachTask(machine, (name, task) =>
    {
        foreach (var retry in task["Retry"]?.AsArray() ?? [])
        {
            if ((int?)retry!["MaxAttempts"] == 0)
                continue;

            Assert.True((string?)retry["JitterStrategy"] == "FULL", $"{name}: retries without jitter come all at once");
            Assert.True((int?)retry["MaxDelaySeconds"] > (int?)retry["IntervalSeconds"], $"{name}: MaxDelaySeconds must exceed IntervalSeconds");
        }
    });

    [Fact]
    public void What_must_not_happen_twice_is_never_retried_blindly()
    {
        var states = Definition.Pipeline.States;

        Assert.False(states[Rent].ContainsKey("Retry"));
        var errors = states["RunJob"]["Retry"]!.AsArray().SelectMany(retry => retry!["ErrorEquals"]!.AsArray()).Select(error => (string?)error);
        Assert.Equal(["Emr.EmrException"], errors);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Every_task_catches_every_error(string machine)
    {
        // States inside a Map are caught by the Map.
        foreach (var (name, state) in Of(machine).Json["States"]!.AsObject())
        {
            if ((string)state!["Type"]! is not ("Task" or "Map" or "Parallel"))
                continue;

            var last = state["Catch"]?.AsArray().LastOrDefault();
            Assert.True(last is not null && (string?)last["ErrorEquals"]![0] == "States.ALL", $"{name} lets errors out");
        }
    }

    /// <summary>
    /// A path that misses is States.Runtime, which no Catch catches: what AWS may leave out is kept whole, and read where a
    /// Choice has seen it.
    /// </summary>
    [Theory]
    [MemberData(nameof(Both))]
    public void Of_an_answer_of_AWS_only_what_is_always_there_is_read_directly(string machine) => ForEachTask(machine, (name, task) =>
    {
        string[] always = ["$.JobFlowId", "$.Cluster", "$.Cluster.Name", "$.Cluster.Status", "$.Cluster.Status.State", "$", "$.Steps[*].Id", "States.ArrayLength($.Steps)", "$.verdict", "$.from"];
        foreach (var (member, path) in task["ResultSelector"]?.AsObject() ?? [])
            Assert.True(!member.EndsWith(".$", StringComparison.Ordinal) || ((string)path!).StartsWith("$$.", StringComparison.Ordinal) || always.Contains((string)path!), $"{name} reads {path}, which may be missing");
    });

    [Theory]
    [InlineData("$.strays.page.Marker", "HasMoreStrays", "ListMoreStrays")]
    public void What_may_be_missing_is_read_only_where_a_choice_has_seen_it(string path, string choice, string reader)
    {
        var states = Definition.Pipeline.States;

        var readers = states.Where(state => state.Value["Parameters"]?.ToJsonString().Contains(path, StringComparison.Ordinal) == true).Select(state => state.Key);
        Assert.Equal([reader], readers);
        var before = states.Where(state => Nexts(state.Value).Contains(reader)).Select(state => state.Key);
        Assert.Equal([choice], before);
        var seen = states[choice]["Choices"]!.AsArray().Single(rule => (string?)rule!["Next"] == reader)!;
        Assert.Equal((path, true), ((string?)seen["Variable"], (bool?)seen["IsPresent"]));
    }

    [Fact]
    public void An_answer_of_Cost_Explorer_that_is_too_large_is_caught_by_its_name_because_States_ALL_does_not_catch_it()
        => ForEachTask("costs", static (name, task) =>
        {
            var caught = task["Catch"]!.AsArray();
            if ((string?)caught[^1]!["Next"] == "FailReport")
                return; // Only the sending of a mail, whose answer is small.

            Assert.True((string?)caught[0]!["ErrorEquals"]![0] == "States.DataLimitExceeded" && (string?)caught[0]!["Next"] == "IsCostExplorerOff", name);
        });

    [Fact]
    public void From_the_moment_a_cluster_may_exist_every_way_leads_over_its_end()
    {
        var states = Definition.Pipeline.Json["States"]!.AsObject();
        var open = new Queue<string>([Rent]);
        var seen = new HashSet<string> { Rent, TearDown };
        while (open.TryDequeue(out var name))
        {
            var nexts = Nexts(states[name]!.AsObject()).ToList();
            Assert.True(nexts.Count > 0, $"{name} ends the execution, and nobody has ended the cluster");
            foreach (var next in nexts.Where(seen.Add))
                open.Enqueue(next);
        }

        Assert.Contains("RunJob", seen);
        // And from there on: the run is closed only where the end was verified, or given up loudly.
        Assert.Equal(["EndCluster", "HasMail", "IsClusterToStay"], Nexts(states[TearDown]!.AsObject()).Distinct().Order());
        Assert.Equal(["EndCluster", "KeepCluster"], Nexts(states["IsClusterToStay"]!.AsObject()).Distinct().Order());
        // Only the tag, which whatever ends clusters reads, lets a cluster stay.
        Assert.Equal(["EndCluster", "IsClusterKept"], Nexts(states["KeepCluster"]!.AsObject()).Distinct().Order());
        Assert.Equal(["EndCluster", "HasMail"], Nexts(states["IsClusterKept"]!.AsObject()).Distinct().Order());
        Assert.DoesNotContain("CloseRun", Reachable(states, "EndCluster", "DescribeEnd", "IsRunOpen"));
        Assert.Equal(
            ["ClusterNotEnded", "HasEnded", "HasFirstError", "IsEndToVerify"],
            states.Where(state => Nexts(state.Value!.AsObject()).Contains("IsRunOpen")).Select(state => state.Key).Order());
    }

    [Fact]
    public void Once_the_tear_down_has_begun_no_error_is_written_over_the_first_one()
    {
        var states = Definition.Pipeline.Json["States"]!.AsObject();
        foreach (var name in Reachable(states, TearDown))
        {
            foreach (var rule in states[name]!["Catch"]?.AsArray() ?? [])
                Assert.True((string?)rule!["ResultPath"] != "$.error", $"{name} would hide the first error");
        }
    }

    [Fact]
    public void Application_masters_are_kept_off_spot_nodes_a_silent_node_is_lost_after_a_minute_and_memory_alone_decides()
    {
        foreach (var name in new[] { "ConfigureCluster", "ConfigureNotebooks" })
        {
            var configurations = Definition.Pipeline.States[name]["Parameters"]!["configurations"]!.AsArray()
                .ToDictionary(static entry => (string)entry!["Classification"]!, static entry => entry!["Properties"]!);
            Assert.EndsWith(
                ".DefaultResourceCalculator",
                (string?)configurations["capacity-scheduler"]["yarn.scheduler.capacity.resource-calculator"],
                StringComparison.Ordinal);
            var yarn = configurations["yarn-site"];
            Assert.Equal("true", (string?)yarn["yarn.node-labels.enabled"]);
            Assert.Equal("ON_DEMAND", (string?)yarn["yarn.node-labels.am.default-node-label-expression"]);
            Assert.Equal("60000", (string?)yarn["yarn.nm.liveness-monitor.expiry-interval-ms"]);
        }
    }

    private static Definition Of(string machine) => machine == "pipeline" ? Definition.Pipeline : Definition.Costs;

    private static void ForEachTask(string machine, Action<string, JsonObject> check)
    {
        foreach (var (name, state) in Of(machine).States.Where(state => (string)state.Value["Type"]! == "Task"))
            check(name, state);
    }

    private static HashSet<string> Reachable(JsonObject states, string from, params string[] without)
    {
        var reached = new HashSet<string> { from };
        var open = new Queue<string>([from]);
        while (open.TryDequeue(out var name))
        {
            foreach (var next in Nexts(states[name]!.AsObject()).Where(next => !without.Contains(next) && reached.Add(next)))
                open.Enqueue(next);
        }

        return reached;
    }

    private static IEnumerable<string> Nexts(JsonObject state)
    {
        foreach (var target in new[] { state["Next"], state["Default"] })
        {
            if (target is not null)
                yield return (string)target!;
        }

        foreach (var list in new[] { "Choices", "Catch" })
        {
            foreach (var rule in state[list]?.AsArray() ?? [])
                yield return (string)rule!["Next"]!;
        }
    }
}
