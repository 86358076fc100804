using Pomona.Contracts;
using Pomona.Functions.Clusters;
using Pomona.Functions.Mails;
using Pomona.Functions.Planning;
using Pomona.Functions.Runs;
using Pomona.Functions.Tests.Fakes;

namespace Pomona.Functions.Tests;

public sealed class KeepClusterTests
{
    private readonly Stack _stack = new();

    [Theory]
    [InlineData(120, 43200, 0, 120)] // As long as it was asked for,
    [InlineData(120, 7200, 0, 85)] // but no longer than its plan's 2 h, of which 20 min are over and 15 are the reaper's,
    [InlineData(120, 7200, 40, 65)] // less what earlier clusters of the run took to fail,
    [InlineData(1440, 999_999, 0, (12 * 60) - 35)] // nor than the stack's 12 h.
    [InlineData(120, 2000, 0, null)] // Nothing is left: it is ended at once.
    [InlineData(0, 43200, 0, null)]
    public async Task A_cluster_stays_as_long_as_was_asked_for_and_its_age_allows(int minutes, int maxSeconds, int earlierPolls, int? stays)
    {
        _stack.AddCluster(state: "WAITING");

        var kept = await KeepAsync(minutes, maxSeconds, earlierPolls);

        var until = stays is { } left ? _stack.Clock.GetUtcNow().AddMinutes(left) : (DateTimeOffset?)null;
        Assert.Equal(until, kept.Until);
        Assert.Equal(until is { } time ? $"{time:yyyy-MM-dd'T'HH:mm:ss'Z'} {Stack.ClusterId}" : null, _stack.Clusters[Stack.ClusterId].Tag(ClusterTags.KeepUntil));
        Assert.Empty(_stack.Clusters.Terminated);
    }

    [Fact]
    public async Task Asked_again_because_its_answer_was_lost_it_gives_no_second_time_and_says_what_it_costs()
    {
        _stack.AddCluster(state: "WAITING");

        var first = await KeepAsync(90);
        _stack.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = await KeepAsync(90);

        Assert.Equal(first.Until, second.Until);
        Assert.Equal((1.2m, 1.19m), (first.Cost, second.Cost));
    }

    [Theory]
    [InlineData("someone-elses", "WAITING")]
    [InlineData(Stack.Name, "TERMINATING")]
    public async Task Only_a_cluster_of_ours_that_is_there_is_kept(string stack, string state)
    {
        _stack.AddCluster(state: state, stack: stack);

        Assert.Equal(new KeptCluster(null, null), await KeepAsync(60));
        Assert.Null(_stack.Clusters[Stack.ClusterId].Tag(ClusterTags.KeepUntil));
    }

    [Fact]
    public async Task Whatever_ends_clusters_leaves_a_kept_one_until_its_time_and_only_until_then()
    {
        _stack.AddCluster(state: "WAITING");
        _stack.AddMarker();
        await KeepAsync(60);
        _stack.Executions.End(Stack.ExecutionName, well: true);

        foreach (var minutes in (int[])[0, 30, 29])
        {
            _stack.Clock.Advance(TimeSpan.FromMinutes(minutes));
            await AllLayersAsync();
            Assert.Empty(_stack.Clusters.Terminated);
        }

        _stack.Clock.Advance(TimeSpan.FromMinutes(1));
        var report = await _stack.ReapClusters.HandleAsync(default, new PlayedCall());

        Assert.Equal([Stack.ClusterId], _stack.Clusters.Terminated);
        Assert.Equal(ReapReason.KeptEnough, Assert.Single(report.Terminated).Reason);
        // It was no stray, and nobody is told that there was one.
        Assert.Empty(_stack.Mailbox.Mails);
    }

    [Fact]
    public async Task The_marker_s_function_ends_a_kept_cluster_after_its_time_where_no_reaper_comes()
    {
        _stack.AddCluster(state: "WAITING");
        _stack.AddMarker();
        await KeepAsync(60);
        _stack.Executions.End(Stack.ExecutionName, well: true);
        _stack.Clock.Advance(TimeSpan.FromMinutes(61));

        await HandlerCall.InvokeAsync(_stack.FinishRun, HandlerCall.Event("finish-run"));

        Assert.Equal([Stack.ClusterId], _stack.Clusters.Terminated);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_execution_that_was_stopped_keeps_nothing_by_its_event_and_without_it(bool byEvent)
    {
        _stack.AddCluster(state: "WAITING");
        await KeepAsync(60);
        _stack.Executions.End(Stack.ExecutionName);

        if (byEvent)
            await HandlerCall.InvokeAsync(_stack.WatchCluster, HandlerCall.Event("watch-cluster.execution-aborted"));
        else
            await _stack.ReapClusters.HandleAsync(default, new PlayedCall());

        Assert.Equal([Stack.ClusterId], _stack.Clusters.Terminated);
    }

    [Fact]
    public async Task An_execution_that_step_functions_has_forgotten_keeps_nothing()
    {
        _stack.AddCluster(state: "WAITING");
        await KeepAsync(60);

        await _stack.ReapClusters.HandleAsync(default, new PlayedCall());

        Assert.Equal([Stack.ClusterId], _stack.Clusters.Terminated);
    }

    [Fact]
    public async Task On_a_console_clone_which_copies_the_tags_the_time_says_nothing()
    {
        var cluster = _stack.AddCluster(state: "WAITING");
        await KeepAsync(60);
        _stack.Executions.End(Stack.ExecutionName, well: true);
        _stack.Clusters.Add(_stack.Clusters[cluster.Id] with { Id = "j-CLONE", CreatedAt = _stack.Clock.GetUtcNow() });

        var report = await _stack.ReapClusters.HandleAsync(default, new PlayedCall());

        Assert.Equal(["j-CLONE"], _stack.Clusters.Terminated);
        Assert.Equal(ReapReason.Orphaned, Assert.Single(report.Terminated).Reason);
    }

    [Fact]
    public async Task A_console_clone_of_a_run_that_goes_on_is_ended_by_its_own_age()
    {
        var cluster = _stack.AddCluster();
        _stack.Executions.Run(Stack.ExecutionName);
        _stack.Clusters.Add(cluster with
        {
            Id = "j-CLONE",
            CreatedAt = _stack.Clock.GetUtcNow().AddHours(-13),
            Tags = new Dictionary<string, string>(cluster.Tags) { [ClusterTags.KeepUntil] = KeepTime.Write(cluster.Id, _stack.Clock.GetUtcNow().AddDays(1)) },
        });

        await _stack.ReapClusters.HandleAsync(default, new PlayedCall());

        Assert.Equal(["j-CLONE"], _stack.Clusters.Terminated);
    }

    [Theory]
    [InlineData("2099-01-01T00:00:00Z j-1ABCDEFGHIJKL")] // A person's hand has prolonged it: its age counts.
    [InlineData("2026-11-21T13:04:56Z")]
    [InlineData("tomorrow j-1ABCDEFGHIJKL")]
    [InlineData("")]
    public async Task A_tag_that_was_changed_by_hand_lets_no_cluster_live_longer_than_any_may(string tag)
    {
        var cluster = _stack.AddCluster();
        _stack.Executions.End(Stack.ExecutionName, well: true);
        _stack.Clusters.Add(cluster with
        {
            CreatedAt = _stack.Clock.GetUtcNow().AddHours(-13),
            Tags = new Dictionary<string, string>(cluster.Tags) { [ClusterTags.KeepUntil] = tag },
        });

        await _stack.ReapClusters.HandleAsync(default, new PlayedCall());

        Assert.Equal([Stack.ClusterId], _stack.Clusters.Terminated);
    }

    [Fact]
    public async Task A_kept_cluster_counts_among_what_the_stack_may_have_and_only_duringit_is_there()
    {
        _stack["POMONA_MAX_STACK_VCPUS"] = "40";
        _stack.AddImages(3);
        _stack.Executions.Run(Stack.ExecutionName);
        _stack.Executions.Run("other");
        var cluster = (await PlanAsync(Stack.Run, keepMinutes: 60)).Cluster!;
        await TakeAsync(Stack.Fruits, Stack.Run, Stack.ExecutionArn, cluster with { TaskVcpus = 16 });
        _stack.AddCluster(state: "WAITING");
        var kept = await KeepAsync(60);
        await _stack.CloseRun.HandleAsync(new CloseRunRequest(Stack.Fruits, Stack.Run, RunOutcome.Finished, Kept: kept), new PlayedCall());
        _stack.Executions.End(Stack.ExecutionName, well: true);
        var (other, run) = (DatasetName.Parse("other"), RunIds.Create(Stack.Start, "other"));

        var during = await TakeAsync(other, run, MemoryExecutions.Prefix + "other", cluster with { TaskVcpus = 16 });
        _stack.Clock.Advance(TimeSpan.FromMinutes(60));
        await _stack.ReapClusters.HandleAsync(default, new PlayedCall());
        var after = await TakeAsync(other, run, MemoryExecutions.Prefix + "other", cluster with { TaskVcpus = 16 });

        Assert.Equal((TakenRoom.Wait, TakenRoom.Taken), (during.Verdict, after.Verdict));
        Assert.Contains("fruits (24)", during.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_plan_counts_the_time_that_its_cluster_stays_and_lets_emr_not_end_it_before()
    {
        _stack.AddImages(3);

        var without = await PlanAsync(RunIds.Create(Stack.Start, "a"), keepMinutes: 0);
        var with = await PlanAsync(RunIds.Create(Stack.Start, "b"), keepMinutes: 120);
        _stack["POMONA_BUDGET_PER_RUN"] = "1";
        var dear = await PlanAsync(RunIds.Create(Stack.Start, "c"), keepMinutes: 120);
        _stack["POMONA_BUDGET_PER_RUN"] = "0";
        _stack["POMONA_MAX_CLUSTER_HOURS"] = "1";
        var capped = await PlanAsync(RunIds.Create(Stack.Start, "d"), keepMinutes: 120);

        Assert.Equal((0, 30 * 60, 0), (without.Cluster!.KeepMinutes, without.Cluster!.IdleSeconds, without.Estimate.KeepSeconds));
        Assert.Equal((120, 120 * 60, 135 * 60), (with.Cluster!.KeepMinutes, with.Cluster!.IdleSeconds, with.Estimate.KeepSeconds));
        Assert.Equal(without.Estimate.ClusterSeconds, with.Estimate.ClusterSeconds);
        Assert.InRange(with.Estimate.Cost - without.Estimate.Cost - with.Estimate.KeepCost, -0.02m, 0.02m);
        Assert.InRange(with.Estimate.KeepCost - (with.Estimate.Hourly * 2.25m), 0, 0.01m);
        Assert.Equal(PlanVerdict.OverBudget, dear.Verdict);
        Assert.Contains("with the time that its cluster is to stay", dear.Reason, StringComparison.Ordinal);
        Assert.Equal((PlanVerdict.Rent, 3600), (capped.Verdict, capped.Estimate.ClusterSeconds + capped.Estimate.KeepSeconds));
    }

    [Theory]
    [InlineData("en", "stays until 2026-11-21 14:34 UTC, and is ended within 15 minutes after it; about 0.72 USD", "After the run the cluster stays for 2 h 00 min")]
    [InlineData("fr", "reste jusqu'au 2026-11-21 14:34 UTC et est arrêté dans les 15 minutes qui suivent ; environ 0,72 USD", "Après le calcul, le cluster reste 2 h 00 min")]
    public async Task The_mails_say_until_when_and_what_it_costs_and_offer_only_what_will_be_there(string language, string finished, string ready)
    {
        _stack["POMONA_LANGUAGE"] = language;
        _stack["POMONA_NOTEBOOKS"] = "true";
        _stack.AddImages(3);
        var plan = await PlanAsync(Stack.Run, keepMinutes: 120);
        var plain = plan with { Cluster = plan.Cluster! with { Notebooks = false } };
        var kept = new KeptCluster(new DateTimeOffset(2026, 11, 21, 14, 34, 5, TimeSpan.Zero), 0.72m);

        var told = await MailAsync(MailKind.Finished, plan, kept);
        var begun = await MailAsync(MailKind.Ready, plan, null);
        var bare = await MailAsync(MailKind.Ready, plain, null);
        var gone = await MailAsync(MailKind.Finished, plan, new KeptCluster(null, null));

        Assert.Contains(finished, told, StringComparison.Ordinal);
        Assert.Contains($"aws emr terminate-clusters --cluster-ids {Stack.ClusterId}", told, StringComparison.Ordinal);
        Assert.Contains(ready, begun, StringComparison.Ordinal);
        Assert.All([told, begun], mail => Assert.Contains("JupyterHub, Spark", mail, StringComparison.Ordinal));
        Assert.DoesNotContain("JupyterHub", bare, StringComparison.Ordinal);
        Assert.Contains(language == "en" ? "it could not be kept" : "il n'a pas pu être gardé", gone, StringComparison.Ordinal);
        Assert.DoesNotContain("tunnel.sh", gone, StringComparison.Ordinal);
    }

    private Task<KeptCluster> KeepAsync(int minutes, int maxSeconds = 43200, int earlierPolls = 0) => _stack.KeepCluster.HandleAsync(
        new KeepClusterRequest(Stack.ClusterId, minutes, maxSeconds, Polls: 10, TotalPolls: 10 + earlierPolls, Hourly: 0.8m), new PlayedCall());

    private Task<PlannedRun> PlanAsync(RunId run, int keepMinutes) => _stack.PlanRun.HandleAsync(
        new PlanRunRequest(Stack.Fruits, run, 50, new ClusterOverrides { KeepMinutes = keepMinutes }), new PlayedCall());

    private Task<TakenRoom> TakeAsync(DatasetName dataset, RunId run, string execution, PlannedCluster cluster)
        => _stack.TakeRoom.HandleAsync(new TakeRoomRequest(dataset, run, execution, cluster), new PlayedCall());

    private async Task<string> MailAsync(MailKind kind, PlannedRun plan, KeptCluster? kept) => (await _stack.ComposeMail.HandleAsync(
        new ComposeMailRequest(kind, Stack.ExecutionArn, null, plan, Stack.ClusterId, Kept: kept), new PlayedCall())).Message;

    private async Task AllLayersAsync()
    {
        await HandlerCall.InvokeAsync(_stack.FinishRun, HandlerCall.Event("finish-run"));
        await HandlerCall.InvokeAsync(_stack.WatchCluster, HandlerCall.Event("watch-cluster.execution-aborted"));
        await _stack.ReapClusters.HandleAsync(default, new PlayedCall());
    }
}
