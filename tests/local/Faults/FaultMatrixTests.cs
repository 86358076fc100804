using Pomona.Local.Emr;
using Pomona.Local.EventBridge;
using Pomona.Local.Faults;
using Pomona.Local.Lambda;
using Pomona.Local.Page;

namespace Pomona.Local.Tests.Faults;

/// <summary>What can break, and what becomes of the run, its mail and its cluster: the last one is always gone.</summary>
public sealed class FaultMatrixTests(PipelineAccount account) : IClassFixture<PipelineAccount>, IAsyncLifetime
{
    private const int Images = 20;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        account.ClearFaults();
        // Whatever a test did, nothing may be left that costs money.
        Assert.All(account.Part<ClusterStore>().All, cluster => Assert.True(ClusterState.IsFinal(cluster.State), $"{cluster.Id} is {cluster.State}"));
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_bootstrap_action_that_always_fails_is_tried_twice_and_fails_the_run()
    {
        account.Part<ClusterFaults>().Add(ClusterFault.BootstrapFails, 2);
        var run = await RunAsync("bootstrap");

        Assert.Equal(("FAILED", "Pomona.ClusterNotStarted"), (run.Status, run.Error));
        Assert.Equal(2, account.ClustersOf(run).Length);
        Assert.All(account.ClustersOf(run), cluster => Assert.Equal("TERMINATED_WITH_ERRORS", cluster.State));
        Assert.Equal(["Pomona: bootstrap has failed"], account.MailsAbout("bootstrap"));
    }

    [ExhaustiveFact]
    public async Task No_capacity_at_first_is_tried_again_and_the_run_finishes()
    {
        account.Part<ClusterFaults>().Add(ClusterFault.NoCapacity, 1);
        var run = await RunAsync("capacity");

        AssertSucceeded(run);
        Assert.Equal(["TERMINATED", "TERMINATED_WITH_ERRORS"], account.ClustersOf(run).Select(cluster => cluster.State).Order(StringComparer.Ordinal));
        Assert.Equal(["Pomona: capacity is ready, the job begins", "Pomona: capacity has finished"], account.MailsAbout("capacity"));
    }

    [Fact]
    public async Task A_cluster_that_dies_while_the_job_runs_fails_the_run_with_the_reason()
    {
        await account.UploadAsync("dies", Photos.Take(Images));
        var running = await account.InStateAsync("dies", "RunJob");
        var cluster = Assert.Single(account.ClustersOf(running));
        await Eventually.HoldsAsync(() => cluster.Steps is [{ State: StepState.Running }], "the step");
        cluster.RequestEnd(ClusterEnd.NodeLost(cluster.Primary));
        var run = await EndedAsync("dies");

        // EMR tells of the step and of the cluster; whichever event comes first ends the waiting.
        Assert.Contains(run.Error, (string[])["Pomona.ClusterEnded", "Pomona.StepCancelled"]);
        Assert.Equal("FAILED", run.Status);
        Assert.Equal("TERMINATED_WITH_ERRORS", cluster.State);
        Assert.Equal(["Pomona: dies is ready, the job begins", "Pomona: dies has failed"], account.MailsAbout("dies"));
    }

    [Fact]
    public async Task A_step_that_fails_fails_the_run()
    {
        account.Part<ClusterFaults>().Add(ClusterFault.StepFails, 1);
        var run = await RunAsync("stepfails");

        Assert.Equal(("FAILED", "Pomona.StepFailed"), (run.Status, run.Error));
        Assert.Equal("TERMINATED", Assert.Single(account.ClustersOf(run)).State);
        Assert.Equal(["Pomona: stepfails is ready, the job begins", "Pomona: stepfails has failed"], account.MailsAbout("stepfails"));
    }

    [ExhaustiveFact]
    public async Task A_marker_that_FinishRun_cannot_take_for_a_while_is_taken_later()
    {
        Assert.True(account.Part<FunctionRegistry>().TryGet("pomona-FinishRun", out var finish));
        finish.ReservedConcurrency = 0;
        await account.UploadAsync("markerwaits", Photos.Take(Images));
        var running = await account.InStateAsync("markerwaits", "RunJob");
        var cluster = Assert.Single(account.ClustersOf(running));
        await Eventually.HoldsAsync(() => cluster.Steps is [{ State: StepState.Completed }], "the end of the step");
        Assert.Equal("RUNNING", (await account.RunsAsync("markerwaits"))[0].Status);
        finish.ReservedConcurrency = null;

        Assert.Equal("SUCCEEDED", (await EndedAsync("markerwaits")).Status);
        Assert.Equal(["Pomona: markerwaits is ready, the job begins", "Pomona: markerwaits has finished"], account.MailsAbout("markerwaits"));
    }

    [ExhaustiveFact]
    public async Task Step_functions_that_are_down_for_a_while_lose_no_upload_and_no_end()
    {
        var faults = account.Part<FaultPlan>();
        faults.Add(new ApiFault("states", "StartExecution", Times: 6));
        faults.Add(new ApiFault("states", "SendTaskSuccess", Times: 6));
        faults.Add(new ApiFault("states", "SendTaskHeartbeat", Times: 6));
        var run = await RunAsync("statesdown");

        AssertSucceeded(run);
        Assert.Equal(["Pomona: statesdown is ready, the job begins", "Pomona: statesdown has finished"], account.MailsAbout("statesdown"));
        Assert.Equal([6, 6], faults.Standings().Take(2).Select(standing => standing.Struck));
    }

    [ExhaustiveFact]
    public async Task An_emr_that_throttles_every_third_call_delays_and_breaks_nothing()
    {
        var faults = account.Part<FaultPlan>();
        faults.Add(new ApiFault("elasticmapreduce", Status: 400, Code: "ThrottlingException", OneIn: 3));
        var run = await RunAsync("throttled");

        AssertSucceeded(run);
        Assert.Equal(["Pomona: throttled is ready, the job begins", "Pomona: throttled has finished"], account.MailsAbout("throttled"));
        Assert.True(faults.Standings()[0].Struck > 5);
    }

    [ExhaustiveFact]
    public async Task Mails_that_are_refused_cost_the_mails_and_not_the_run()
    {
        account.Part<FaultPlan>().Add(new ApiFault("sns", "Publish", Caller: StateMachineCaller, Status: 403, Code: "AuthorizationError"));
        var run = await RunAsync("nomail");

        AssertSucceeded(run);
        Assert.Empty(account.MailsAbout("nomail"));
    }

    [ExhaustiveFact]
    public async Task S3_that_is_busy_for_every_fifth_call_of_the_job_is_asked_again()
    {
        var faults = account.Part<FaultPlan>();
        faults.Add(new ApiFault("s3", Caller: NodeTools.AccessKey, Status: 503, Code: "SlowDown", OneIn: 5));
        var run = await RunAsync("slowdown");

        AssertSucceeded(run);
        Assert.Equal(["Pomona: slowdown is ready, the job begins", "Pomona: slowdown has finished"], account.MailsAbout("slowdown"));
        Assert.Equal(Images, (await account.MarkerAsync(run)).Summary.Images);
        Assert.True(faults.Standings()[0].Struck > 5);
    }

    [Fact]
    public async Task S3_that_does_what_it_is_asked_and_loses_every_fifth_answer_is_believed_to_have_done_it()
    {
        var faults = account.Part<FaultPlan>();
        await account.UploadAsync("unheard", Photos.Take(Images));
        faults.Add(new ApiFault("s3", OneIn: 5, LosesAnswer: true));
        var run = await EndedAsync("unheard");

        AssertSucceeded(run);
        Assert.Equal(["Pomona: unheard is ready, the job begins", "Pomona: unheard has finished"], account.MailsAbout("unheard"));
        Assert.Equal(Images, (await account.MarkerAsync(run)).Summary.Images);
        Assert.True(faults.Standings()[0].Struck > 20);
    }

    [Fact]
    public async Task A_job_that_is_killed_fails_its_run_and_the_next_execution_goes_on_where_it_stopped()
    {
        const int photos = 200;
        await account.UploadAsync("killed", Photos.Take(photos));
        var running = await account.InStateAsync("killed", "RunJob");
        await Eventually.FoundAsync(async () => await account.FinishedShardsAsync(running) is [_, ..] finished ? finished : null, "the first shard");
        Assert.True(KillJob(Assert.Single(account.ClustersOf(running)).Id));
        var failed = await EndedAsync("killed");
        var done = await account.FinishedShardsAsync(failed);
        await account.StartByHandAsync("killed", $$""", "resume": "{{failed.Run}}" """);
        var second = await account.EndedAsync("killed", runs: 2);
        await account.GoneAsync(second);

        Assert.Equal("FAILED", failed.Status);
        Assert.Equal(("SUCCEEDED", failed.Run), (second.Status, second.Run));
        Assert.Equal(photos, (await account.MarkerAsync(second)).Summary.Images);
        Assert.NotEmpty(done);
        Assert.Subset((await account.FinishedShardsAsync(second)).ToHashSet(), done.ToHashSet());
        Assert.Equal(
            ["Pomona: killed is ready, the job begins", "Pomona: killed has failed", "Pomona: killed is ready, the job begins", "Pomona: killed has finished"],
            account.MailsAbout("killed"));
    }

    /// <summary>What happens to runs whose clusters are to stay, and whether they then do.</summary>
    private static readonly (string Dataset, ApiFault Fault, bool Stays)[] WithKeepTime =
    [
        ("untagged", new ApiFault("elasticmapreduce", "AddTags", Status: 400, Code: "AccessDeniedException"), false),
        ("taggedunheard", new ApiFault("elasticmapreduce", "AddTags", Times: 1, LosesAnswer: true), true),
        ("keeperdown", new ApiFault("lambda", Path: "pomona-KeepCluster"), false),
        ("keptthrottled", new ApiFault("elasticmapreduce", Status: 400, Code: "ThrottlingException", OneIn: 3), true),
        ("keptunmailed", new ApiFault("sns", "Publish", Caller: StateMachineCaller, Status: 403, Code: "AuthorizationError"), true),
        ("keptunheard", new ApiFault("s3", OneIn: 5, LosesAnswer: true), true),
    ];

    public static IEnumerable<object[]> KeptDatasets => WithKeepTime.Select(row => new object[] { row.Dataset });

    [ExhaustiveTheory]
    [MemberData(nameof(KeptDatasets))]
    public async Task A_cluster_that_is_to_stay_does_so_in_trouble_or_is_ended_at_once_and_goes_after_its_time(string dataset)
    {
        var (_, fault, stays) = WithKeepTime.Single(row => row.Dataset == dataset);
        account.Part<ClusterFaults>().Add(ClusterFault.IdleLimitIgnored, int.MaxValue);
        await AbortTests.PutPhotoAsync(account, dataset);
        account.Part<FaultPlan>().Add(fault);
        await account.StartByHandAsync(dataset, """, "cluster": {"keepMinutes": 60}""");
        var run = await account.EndedAsync(dataset);
        account.Part<FaultPlan>().Clear();

        AssertSucceeded(run);
        var kept = account.ClustersOf(run).Where(cluster => cluster.Tags.ContainsKey("pomona:keep-until") && cluster.EndRequest is null).ToArray();
        Assert.Equal(stays ? 1 : 0, kept.Length);
        await account.Part<Schedules>().FireAsync("reap", CancellationToken.None);
        Assert.All(kept, cluster => Assert.Null(cluster.EndRequest));

        // An hour later.
        foreach (var cluster in kept)
            cluster.Tag([("pomona:keep-until", $"{DateTimeOffset.UtcNow.AddMinutes(-1):yyyy-MM-dd'T'HH:mm:ss'Z'} {cluster.Id}")], []);
        await account.Part<Schedules>().FireAsync("reap", CancellationToken.None);
        await account.GoneAsync(run);
    }

    /// <summary>The access key with which moto's interpreter calls.</summary>
    internal const string StateMachineCaller = "ak";

    private static void AssertSucceeded(RunView run) =>
        Assert.True(run.Status == "SUCCEEDED", $"{run.Status} {run.Error}: {run.Cause}");

    private static bool KillJob(string cluster)
    {
        foreach (var folder in Directory.GetDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            try
            {
                var command = File.ReadAllText(Path.Combine(folder, "cmdline"));
                if (command.StartsWith("dotnet\0", StringComparison.Ordinal) && command.Contains("Pomona.Job.dll\0run", StringComparison.Ordinal)
                    && command.Contains(cluster, StringComparison.Ordinal))
                {
                    System.Diagnostics.Process.GetProcessById(int.Parse(Path.GetFileName(folder), System.Globalization.CultureInfo.InvariantCulture)).Kill();
                    return true;
                }
            }
            catch (IOException)
            {
                // It ended while we looked.
            }
        }

        return false;
    }

    private async Task<RunView> RunAsync(string dataset)
    {
        await account.UploadAsync(dataset, Photos.Take(Images));
        return await EndedAsync(dataset);
    }

    private async Task<RunView> EndedAsync(string dataset)
    {
        var run = await account.EndedAsync(dataset);
        await account.GoneAsync(run);
        return run;
    }
}
