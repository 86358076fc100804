using System.Text.Json.Nodes;
using Pomona.Contracts;
using Pomona.Functions.Clusters;
using Pomona.Functions.Planning;
using Pomona.Functions.Tests.Fakes;

namespace Pomona.Functions.Tests;

public sealed class JudgeStartTests
{
    private static readonly JsonObject Instances = ClusterForm.Instances(
        new ClusterSize(4, 4, 16, Spot: true),
        ClusterTypes.Of(ClusterForm.TaskTypes, offered: null, "emr-7.7.0", withTasks: true),
        ["subnet-a", "subnet-b"],
        null);

    private readonly Stack _stack = new();

    [Theory]
    [InlineData("STARTING", 0, "wait")]
    [InlineData("BOOTSTRAPPING", 39, "wait")]
    [InlineData("STARTING", 40, "again")]
    [InlineData("BOOTSTRAPPING", 40, "again")]
    [InlineData("RUNNING", 40, "ready")]
    [InlineData("WAITING", 0, "ready")]
    public async Task A_cluster_that_is_neither_up_nor_ended_is_given_up_after_20_minutes(string state, int polls, string verdict)
        => Assert.Equal(verdict, (await JudgeAsync(state, null, polls)).Verdict);

    [Theory]
    [InlineData(7200, 30, 0, 5400)]
    [InlineData(7200, 0, 20, 6600)]
    [InlineData(7200, 119, 0, 960)]
    [InlineData(600, 30, 0, 600)]
    [InlineData(null, 60, 0, 601200)]
    public async Task The_job_has_what_its_clusters_have_left_of_the_time_allowed(int? most, int minutes, int polls, int left)
    {
        Add("RUNNING", null, "EMR's words", []);
        var cluster = _stack.Clusters[Stack.ClusterId];
        _stack.Clusters.Add(cluster with { CreatedAt = _stack.Clock.GetUtcNow().AddMinutes(-minutes) });

        var judged = await _stack.JudgeStart.HandleAsync(
            new JudgeStartRequest(Stack.ClusterId, Instances, polls, polls, MaxSeconds: most), new PlayedCall());

        Assert.Equal((JudgedStart.Ready, left), (judged.Verdict, judged.SecondsLeft));
    }

    [Theory]
    [InlineData("INTERNAL_ERROR", null, "again")]
    [InlineData("INSTANCE_FAILURE", null, "again")]
    [InlineData("INSTANCE_FLEET_TIMEOUT", null, "again")]
    [InlineData("BOOTSTRAP_FAILURE", null, "again")]
    [InlineData("VALIDATION_ERROR", null, "failed")]
    [InlineData("VALIDATION_ERROR", "VALIDATION_ERROR_INVALID_SSH_KEY_NAME", "failed")]
    [InlineData("VALIDATION_ERROR", "INTERNAL_ERROR_EC2_INSUFFICIENT_CAPACITY_AZ", "again")]
    [InlineData("USER_REQUEST", null, "failed")]
    [InlineData(null, null, "failed")]
    public async Task What_ended_by_AWS_s_own_fault_is_asked_for_again_and_told_with_EMR_s_reason(string? code, string? error, string verdict)
    {
        var judged = await JudgeAsync("TERMINATED_WITH_ERRORS", code, errors: error is null ? [] : [new ClusterError(error, "EMR's detail")]);

        Assert.Equal(verdict, judged.Verdict);
        Assert.Contains("EMR's words", judged.Reason, StringComparison.Ordinal);
        Assert.Equal(error is not null, judged.Reason.Contains($"{error} EMR's detail", StringComparison.Ordinal) && error is not null);
    }

    [Fact]
    public async Task However_often_it_is_looked_at_a_cluster_has_some_minutes_on_the_clock()
    {
        Add("BOOTSTRAPPING", null, "EMR's words", []);
        var young = _stack.Clusters[Stack.ClusterId];
        _stack.Clusters.Add(young with { CreatedAt = _stack.Clock.GetUtcNow() - StartJudge.Least + TimeSpan.FromSeconds(1) });
        var request = new JudgeStartRequest(Stack.ClusterId, Instances, 400, 400);

        Assert.Equal(JudgedStart.Wait, (await _stack.JudgeStart.HandleAsync(request, new PlayedCall())).Verdict);
        _stack.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(JudgedStart.Failed, (await _stack.JudgeStart.HandleAsync(request, new PlayedCall())).Verdict);
    }

    [Fact]
    public async Task A_bootstrap_action_that_hangs_is_given_up_and_asked_for_elsewhere_but_not_before_its_minutes_on_the_clock()
    {
        Add("BOOTSTRAPPING", null, "EMR's words", []);
        var cluster = _stack.Clusters[Stack.ClusterId];
        _stack.Clusters.Add(cluster with { CreatedAt = _stack.Clock.GetUtcNow() - StartJudge.Least + TimeSpan.FromSeconds(1) });
        var request = new JudgeStartRequest(Stack.ClusterId, Instances, 40, 40);

        Assert.Equal(JudgedStart.Wait, (await _stack.JudgeStart.HandleAsync(request, new PlayedCall())).Verdict);
        _stack.Clock.Advance(TimeSpan.FromSeconds(1));
        var judged = await _stack.JudgeStart.HandleAsync(request, new PlayedCall());

        Assert.Equal(JudgedStart.Again, judged.Verdict);
        Assert.Contains("still BOOTSTRAPPING after 20 minutes", judged.Reason, StringComparison.Ordinal);
        Assert.NotNull(judged.Instances);
    }

    [Fact]
    public async Task What_EMR_says_decides_nothing()
    {
        var judged = await JudgeAsync("TERMINATED_WITH_ERRORS", "VALIDATION_ERROR", reason: "insufficient capacity; the limit of Capacity is used up");

        Assert.Equal(JudgedStart.Failed, judged.Verdict);
    }

    [Fact]
    public async Task A_bootstrap_action_that_failed_twice_is_not_tried_a_third_time()
    {
        var first = await JudgeAsync("TERMINATED_WITH_ERRORS", "BOOTSTRAP_FAILURE");
        var second = await JudgeAsync("TERMINATED_WITH_ERRORS", "INTERNAL_ERROR", previous: first);
        var third = await JudgeAsync("TERMINATED_WITH_ERRORS", "BOOTSTRAP_FAILURE", previous: second);

        Assert.Equal(["again", "again", "failed"], [first.Verdict, second.Verdict, third.Verdict]);
    }

    [Theory]
    [InlineData(119, "again")]
    [InlineData(120, "failed")]
    public async Task It_is_asked_again_only_within_MaxStartMinutes(int totalPolls, string verdict)
    {
        var judged = await JudgeAsync("TERMINATED_WITH_ERRORS", "INTERNAL_ERROR", totalPolls: totalPolls);

        Assert.Equal(verdict, judged.Verdict);
        Assert.Equal(verdict == "failed", judged.Reason.Contains("tried for 60 minutes (MaxStartMinutes)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Asked_again_it_goes_to_another_subnet_and_leaves_out_the_type_that_there_was_none_of()
    {
        var judged = await JudgeAsync(
            "TERMINATED_WITH_ERRORS", "INTERNAL_ERROR", errors: [new ClusterError("INTERNAL_ERROR_EC2_INSUFFICIENT_CAPACITY_AZ", "", "m5.xlarge")]);

        Assert.Equal(["subnet-b"], judged.Instances!["Ec2SubnetIds"]!.AsArray().Select(subnet => (string?)subnet));
        Assert.All(judged.Instances["InstanceFleets"]!.AsArray(), fleet =>
        {
            var types = fleet!["InstanceTypeConfigs"]!.AsArray().Select(type => (string?)type!["InstanceType"]).ToList();
            Assert.NotEmpty(types);
            Assert.DoesNotContain("m5.xlarge", types);
        });
    }

    [Fact]
    public async Task A_last_subnet_and_a_last_type_are_kept()
    {
        var only = Instances.DeepClone().AsObject();
        only["Ec2SubnetIds"] = new JsonArray("subnet-a");

        var judged = await JudgeAsync("STARTING", null, polls: 40, instances: only);

        Assert.Equal(["subnet-a"], judged.Instances!["Ec2SubnetIds"]!.AsArray().Select(subnet => (string?)subnet));
    }

    [Theory]
    [InlineData("CORE", true)]
    [InlineData("MASTER", true)]
    [InlineData("TASK", false)]
    public async Task An_event_that_tells_of_no_capacity_ends_the_wait_unless_only_task_nodes_lack_it(string fleet, bool again)
    {
        Add("STARTING", null, "why", []);
        await _stack.WatchCluster.HandleAsync(Uploads.Told("EMR Instance Fleet Provisioning", new JsonObject
        {
            ["clusterId"] = Stack.ClusterId,
            ["eventCode"] = "EC2 provisioning - Insufficient Instance Capacity",
            ["instanceFleetType"] = fleet,
        }), new PlayedCall());

        var judged = await _stack.JudgeStart.HandleAsync(new JudgeStartRequest(Stack.ClusterId, Instances, 4, 4), new PlayedCall());

        Assert.Equal(again ? JudgedStart.Again : JudgedStart.Wait, judged.Verdict);
    }

    [Fact]
    public async Task A_stranger_s_cluster_is_never_tagged()
    {
        _stack.AddCluster(state: "STARTING", stack: "another");
        await _stack.WatchCluster.HandleAsync(Uploads.Told("EMR Instance Fleet Provisioning", new JsonObject
        {
            ["clusterId"] = Stack.ClusterId,
            ["eventCode"] = "EC2 provisioning - Insufficient Instance Capacity",
        }), new PlayedCall());

        Assert.Null(_stack.Clusters[Stack.ClusterId].Tag(ClusterTags.Capacity));
    }

    private Task<JudgedStart> JudgeAsync(
        string state, string? code, int polls = 3, int? totalPolls = null, ClusterError[]? errors = null, string reason = "EMR's words",
        JudgedStart? previous = null, JsonObject? instances = null)
    {
        Add(state, code, reason, errors ?? []);
        return _stack.JudgeStart.HandleAsync(
            new JudgeStartRequest(Stack.ClusterId, instances ?? Instances, polls, totalPolls ?? polls, previous), new PlayedCall());
    }

    private void Add(string state, string? code, string reason, ClusterError[] errors)
    {
        var cluster = _stack.AddCluster(state: state);
        _stack.Clusters.Add(cluster with { Reason = reason, ReasonCode = code, Errors = errors, Subnet = "subnet-a" });
    }
}
