using System.Text.Json.Nodes;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.DependencyInjection;
using Pomona.Local.Aws;
using Pomona.Local.Emr;
using Pomona.Local.Faults;
using Pomona.Local.Sns;

namespace Pomona.Local.Tests.Faults;

/// <summary>Aborts by hand in every task: the execution is held at the call that the task makes.</summary>
public sealed class AbortTests(PipelineAccount account) : IClassFixture<PipelineAccount>, IAsyncLifetime
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The tasks, how many clusters their runs have rented, and the mails: what was sent before, and what a task sends that
    /// is aborted in the middle of it. Nobody is told of the abort itself: whoever aborts a run knows. The Wait states are in
    /// <see cref="AbortedWaitTests"/>, TellStuckCluster in <see cref="StubbornClusterTests"/>; ListMoreStrays asks as ListStrays does.
    /// </summary>
    private static readonly TheoryData<string, int, string[]> All = new()
    {
        { "OpenRun", 0, [] },
        { "Measure", 0, [] },
        { "PlanRun", 0, [] },
        { "TakeRoom", 0, [] },
        { "RentCluster", 1, [] },
        { "ListStrays", 1, [] },
        { "EndStray", 1, [] },
        { "JudgeStart", 1, [] },
        { "EndFailedCluster", 1, [] },
        { "ComposeReadyMail", 1, [] },
        { "SendReadyMail", 1, [Ready] },
        { "RunJob", 1, [Ready] },
        { "FindLostStep", 1, [Ready] },
        { "CancelLostStep", 1, [Ready] },
        { "ListActiveSteps", 1, [Ready] },
        { "KeepCluster", 1, [Ready] },
        { "EndCluster", 1, [Ready] },
        { "ComposeOutcomeMail", 1, [Ready] },
        { "SendOutcomeMail", 1, [Ready, Failed] },
        { "SendPlainMail", 1, ["Pomona: failed"] },
        { "DescribeEnd", 1, [Ready, Failed] },
        { "UnprotectCluster", 1, [Ready, Failed] },
        { "EndClusterAgain", 1, [Ready, Failed] },
        { "CloseRun", 1, [Ready, Failed] },
    };

    /// <summary>Where a cluster is asked for, at work, or being ended: the rows that are always tried.</summary>
    private static readonly string[] AroundClusters =
        ["TakeRoom", "RentCluster", "JudgeStart", "EndFailedCluster", "RunJob", "CancelLostStep", "EndCluster"];

    /// <summary>A run that waits for other runs' clusters, or that functions do, has none that an abort could leave.</summary>
    private static readonly string[] WhileNothingIsRented = ["ComposeWaitingMail", "SendWaitingMail", "WaitForRoom", "NextStage", "WorkOnBatch", "ExplainBatch"];

    /// <summary>The only one that a run has to finish for.</summary>
    private const string Kept = "KeepCluster";

    private const string Ready = "Pomona: {0} is ready, the job begins";
    private const string Failed = "Pomona: {0} has failed";

    public static IEnumerable<object[]> Tasks => All.Where(row => Exhaustive.IsAsked || AroundClusters.Contains((string)row[0]));

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        account.ClearFaults();
        return Task.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public async Task An_execution_that_is_aborted_in_any_task_leaves_no_cluster(string state, int clusters, string[] mails)
    {
        var dataset = $"abort-{state}";
        var mailsBefore = account.Part<Mailbox>().Letters.Count;
        if (state == Kept)
            await PutPhotoAsync(account, dataset);
        else
            await PutImageAsync(account, dataset);
        Arrange(state);
        var calls = account.Part<FaultPlan>().Add(new ApiFault(Caller: FaultMatrixTests.StateMachineCaller, Hold: true));
        var arn = await account.StartByHandAsync(dataset, state == Kept ? """, "cluster": {"keepMinutes": 60}""" : "");
        var call = await CallOfAsync(state, dataset, calls);
        await account.CallAsync("stepfunctions", "StopExecution", new JsonObject { ["executionArn"] = arn });
        call.Release();
        var ended = await account.EndedAsync(dataset);
        // A call that was under way at the abort still comes to its end.
        await Eventually.HoldsAsync(() => account.ClustersOf(ended).Length == clusters, "the clusters");
        calls.End();
        await account.GoneAsync(ended);

        Assert.Equal("ABORTED", ended.Status);
        Assert.Contains(ended.States, visit => visit.Name == state && visit.Exited is null);
        Assert.Equal(
            mails.Select(subject => subject.Replace("{0}", dataset, StringComparison.Ordinal)),
            account.Part<Mailbox>().Letters.Skip(mailsBefore).Select(letter => letter.Subject));
        Assert.Equal(clusters, account.ClustersOf(ended).Length);
        Assert.DoesNotContain(account.Part<ClusterStore>().All, cluster => !ClusterState.IsFinal(cluster.State));
    }

    [Fact]
    public void No_task_and_no_wait_of_the_workflow_is_left_out()
    {
        var workflow = JsonNode.Parse(File.ReadAllText(RepositoryRoot.File("statemachine/pipeline.asl.json")))!;
        IEnumerable<string> aborted = [.. Names(All), .. Names(AbortedWaitTests.All), "TellStuckCluster", "ListMoreStrays", .. WhileNothingIsRented];

        Assert.Equal(TasksAndWaits(workflow).Order(StringComparer.Ordinal), aborted.Order(StringComparer.Ordinal));
    }

    /// <summary>Puts an image past the front, so that no run starts by itself. It is listed, never read: the step fails before.</summary>
    internal static Task PutImageAsync(PipelineAccount account, string dataset) =>
        account.Cloud.Services.GetRequiredKeyedService<IAmazonS3>(AwsEndpoint.Moto).PutObjectAsync(new PutObjectRequest
        {
            BucketName = account.Bucket,
            Key = $"datasets/{dataset}/class/image.jpg",
            ContentBody = "x",
        });

    /// <summary>The same with an image that can be read.</summary>
    internal static Task PutPhotoAsync(PipelineAccount account, string dataset) => account.Cloud.Services.GetRequiredKeyedService<IAmazonS3>(AwsEndpoint.Moto).PutObjectAsync(
        new PutObjectRequest { BucketName = account.Bucket, Key = $"datasets/{dataset}/class/image.jpg", FilePath = Photos.Take(1)[0] });

    private static IEnumerable<string> Names(IEnumerable<object[]> cases) => cases.Select(row => (string)row[0]);

    private static IEnumerable<string> TasksAndWaits(JsonNode machine) => machine["States"]!.AsObject().SelectMany(state =>
        (string)state.Value!["Type"]! switch
        {
            "Task" or "Wait" => [state.Key],
            "Map" => TasksAndWaits(state.Value["ItemProcessor"]!),
            "Pass" or "Choice" or "Succeed" or "Fail" => Array.Empty<string>(), // over at once
            var other => throw new NotSupportedException($"{state.Key} is of the type {other}."),
        });

    // Lets the execution go on, call by call, until it makes one in the state.
    private async Task<HeldCall> CallOfAsync(string state, string dataset, CallHold calls)
    {
        using var limit = new CancellationTokenSource(Longest);
        while (true)
        {
            var call = await calls.NextAsync(limit.Token);
            if (Assert.Single(await account.RunsAsync(dataset)).States.Any(visit => visit.Name == state && visit.Exited is null))
                return call;
            call.Release();
        }
    }

    // What leads a run to the state; a run that nothing else happens to ends with a failed step.
    private void Arrange(string state)
    {
        var (api, clusters) = (account.Part<FaultPlan>(), account.Part<ClusterFaults>());
        if (state != Kept)
            clusters.Add(state == "CancelLostStep" ? ClusterFault.StepHangs : ClusterFault.StepFails, 1);
        switch (state)
        {
            case "ListStrays" or "EndStray":
                api.Add(new ApiFault("elasticmapreduce", "RunJobFlow", Times: 1, LosesAnswer: true));
                break;
            case "FindLostStep" or "CancelLostStep":
                // What EMR calls refused is asked again in the state itself.
                api.Add(new ApiFault("elasticmapreduce", "AddJobFlowSteps", Status: 599, Code: "InternalServerException", Times: 1, LosesAnswer: true));
                break;
            case "EndFailedCluster":
                clusters.Add(ClusterFault.BootstrapFails, 1);
                break;
            case "SendPlainMail":
                api.Add(new ApiFault("lambda", Path: "pomona-ComposeMail"));
                break;
            case "UnprotectCluster" or "EndClusterAgain":
                api.Add(new ApiFault("elasticmapreduce", "TerminateJobFlows", FaultMatrixTests.StateMachineCaller));
                break;
        }
    }
}
