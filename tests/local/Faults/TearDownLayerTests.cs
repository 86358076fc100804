using System.Text.Json.Nodes;
using Pomona.Local.Emr;
using Pomona.Local.EventBridge;
using Pomona.Local.Faults;
using Pomona.Local.Lambda;
using Pomona.Local.Page;
using Pomona.Local.Sns;

namespace Pomona.Local.Tests.Faults;

/// <summary>Five layers keep a cluster from outliving its run. Here each is alone: the other four are switched off.</summary>
public sealed class TearDownLayerTests(PipelineAccount account) : IClassFixture<PipelineAccount>
{
    private enum Layer
    {
        /// <summary>The workflow's own way to its end, and its Catch clauses.</summary>
        Workflow,

        /// <summary>FinishRun, called by the marker.</summary>
        Marker,

        /// <summary>WatchCluster, called by EventBridge.</summary>
        Watch,

        /// <summary>EMR's own AutoTerminationPolicy.</summary>
        Idle,

        /// <summary>ReapClusters, called by a schedule; here when a test fires it.</summary>
        Reaper,
    }

    [Fact]
    public async Task The_workflow_alone_ends_the_cluster_of_a_failed_run()
    {
        Only(Layer.Workflow);
        account.Part<ClusterFaults>().Add(ClusterFault.StepFails, 1);
        await account.UploadAsync("layer1", Photos.Take(20));
        var run = await account.EndedAsync("layer1");
        await GoneAsync(run);

        Assert.Equal("FAILED", run.Status);
    }

    [Fact]
    public async Task The_marker_alone_ends_the_cluster_of_an_aborted_run()
    {
        Only(Layer.Marker);
        // A job stops when a heartbeat finds its workflow gone: this one hears nothing. And whenever it comes to its end,
        // FinishRun is called for the marker only after the abort.
        account.Part<FaultPlan>().Add(new ApiFault("states", "SendTaskHeartbeat"));
        Assert.True(account.Part<FunctionRegistry>().TryGet("pomona-FinishRun", out var finish));
        finish.ReservedConcurrency = 0;
        RunView aborted;
        try
        {
            aborted = await AbortWhileTheJobRunsAsync("layer2");
        }
        finally
        {
            finish.ReservedConcurrency = null;
        }

        await GoneAsync(aborted);

        Assert.Equal(20, (await account.MarkerAsync(aborted)).Summary.Images);
    }

    [Fact]
    public async Task The_watch_alone_ends_the_cluster_of_an_aborted_run()
    {
        Only(Layer.Watch);
        await GoneAsync(await AbortWhileTheJobRunsAsync("layer3"));
    }

    [Fact]
    public async Task Idleness_alone_ends_the_cluster_of_an_aborted_run()
    {
        Only(Layer.Idle);
        var aborted = await AbortWhileTheJobRunsAsync("layer4");
        await GoneAsync(aborted);

        Assert.Equal(ClusterEnd.Idle, Assert.Single(account.ClustersOf(aborted)).EndRequest);
    }

    [Fact]
    public async Task The_reaper_alone_ends_the_cluster_of_an_aborted_run()
    {
        Only(Layer.Reaper);
        var aborted = await AbortWhileTheJobRunsAsync("layer5");
        var cluster = Assert.Single(account.ClustersOf(aborted));
        await Eventually.HoldsAsync(() => cluster.State == ClusterState.Waiting, "the end of the job");
        Assert.Null(cluster.EndRequest);
        await account.Part<Schedules>().FireAsync("reap", CancellationToken.None);
        await GoneAsync(aborted);
    }

    [ExhaustiveFact]
    public async Task A_cluster_that_was_asked_to_stay_outlives_its_run_for_its_time_and_no_longer()
    {
        Only(Layer.Reaper);
        await AbortTests.PutPhotoAsync(account, "kept");
        var arn = await account.StartByHandAsync("kept", """, "cluster": {"keepMinutes": 60}""");
        var run = await account.EndedAsync("kept");
        Assert.True(run.Status == "SUCCEEDED", $"{run.Error}: {run.Cause}");
        var cluster = Assert.Single(account.ClustersOf(run));
        await account.Part<Schedules>().FireAsync("reap", CancellationToken.None);
        await Eventually.HoldsAsync(() => cluster.State == ClusterState.Waiting, "the idle cluster");

        Assert.Equal(("SUCCEEDED", arn, null), (run.Status, run.Arn, cluster.EndRequest));
        Assert.Equal(3600, cluster.IdleLimit!.Value.TotalSeconds);
        Assert.EndsWith(" " + cluster.Id, cluster.Tags["pomona:keep-until"], StringComparison.Ordinal);
        Assert.NotNull(Assert.Single(account.Part<ClusterViews>().Of([cluster], [])).KeptUntil);
        Assert.Contains("The cluster stays until", account.Part<Mailbox>().Letters.Single(letter => letter.Subject == "Pomona: kept has finished").Body, StringComparison.Ordinal);
        Assert.DoesNotContain(await account.KeysAsync("locks/"), key => key == "locks/kept");

        // An hour later.
        cluster.Tag([("pomona:keep-until", $"{DateTimeOffset.UtcNow.AddMinutes(-1):yyyy-MM-dd'T'HH:mm:ss'Z'} {cluster.Id}")], []);
        await account.Part<Schedules>().FireAsync("reap", CancellationToken.None);
        await GoneAsync(run);

        Assert.DoesNotContain(account.Part<Mailbox>().Letters, letter => letter.Subject.Contains("stray", StringComparison.Ordinal));
    }

    private void Only(Layer layer)
    {
        var faults = account.Part<FaultPlan>();
        faults.Clear();
        account.Part<ClusterFaults>().Clear();
        if (layer != Layer.Workflow)
            faults.Add(Refusal(FaultMatrixTests.StateMachineCaller));
        if (layer != Layer.Marker)
            faults.Add(Refusal("pomona-FinishRun"));
        if (layer != Layer.Watch)
            faults.Add(Refusal("pomona-WatchCluster"));
        if (layer != Layer.Reaper)
            faults.Add(Refusal("pomona-ReapClusters"));
        if (layer != Layer.Idle)
            account.Part<ClusterFaults>().Add(ClusterFault.IdleLimitIgnored, int.MaxValue);
    }

    private static ApiFault Refusal(string caller) =>
        new("elasticmapreduce", "TerminateJobFlows", caller, Status: 400, Code: "AccessDeniedException");

    private async Task<RunView> AbortWhileTheJobRunsAsync(string dataset)
    {
        await account.UploadAsync(dataset, Photos.Take(20));
        var running = await account.InStateAsync(dataset, "RunJob");
        var cluster = Assert.Single(account.ClustersOf(running));
        await Eventually.HoldsAsync(() => cluster.Steps.Count == 1, "the step");
        await account.CallAsync("stepfunctions", "StopExecution", new JsonObject { ["executionArn"] = running.Arn });
        var aborted = await account.EndedAsync(dataset);
        Assert.Equal("ABORTED", aborted.Status);
        return aborted;
    }

    private async Task GoneAsync(RunView run)
    {
        await account.GoneAsync(run);
        Assert.DoesNotContain(account.Part<ClusterStore>().All, cluster => !ClusterState.IsFinal(cluster.State));
        account.Part<FaultPlan>().Clear();
    }
}
