using System.Text.Json.Nodes;
using Amazon.S3.Model;
using Pomona.Local.Emr;
using Pomona.Local.Faults;

namespace Pomona.Local.Tests.Faults;

public sealed class AbortTests(PipelineAccount account) : IClassFixture<PipelineAccount>
{
    // All tasks and waits but one: TellStuckCluster, in StubbornClusterTests.
    public static TheoryData<string> States =>
    [
        "OpenRun", "Measure", "QuietPeriod", "PlanRun", "RentCluster", "WaitForStray", "ListStrays", "WaitForCluster",
        "DescribeStart", "EndFailedCluster", "WaitForRetry", "ReadHost", "ComposeReadyMail", "SendReadyMail", "RunJob",
        "EndCluster", "ComposeOutcomeMail", "SendOutcomeMail", "SendPlainMail", "DescribeEnd", "UnprotectCluster",
        "EndClusterAgain", "WaitForEnd", "CloseRun",
    ];

    [Theory]
    [MemberData(nameof(States))]
    public async Task An_execution_that_is_aborted_in_any_state_leaves_no_cluster(string state)
    {
        var dataset = $"abort-{state}";
        Arrange(state);
        await account.S3.PutObjectAsync(new PutObjectRequest
        {
            // Listed, never read: the step fails before it.
            BucketName = account.Bucket,
            Key = $"datasets/{dataset}/class/image.jpg",
            ContentBody = "x",
        });
        // StartRun's own execution waits for the quiet period; it is the one that is aborted.
        string? arn = null;
        await PipelineAccount.UntilAsync(
            async () =>
            {
                var runs = await account.RunsAsync(dataset);
                arn = runs is [var run] ? run.Arn : null;
                return arn is not null && (runs[0].Ended || runs[0].States.Any(visit => visit.Name == state));
            },
            () => $"{dataset} in {state}");
        await account.CallAsync("stepfunctions", "StopExecution", new JsonObject { ["executionArn"] = arn });
        var ended = await account.EndedAsync(dataset);
        account.Part<FaultPlan>().Clear();
        await account.GoneAsync(ended);
        account.Part<ClusterFaults>().Clear();

        Assert.Contains(ended.Status, (string[])["ABORTED", "FAILED"]);
        Assert.Contains(ended.States, visit => visit.Name == state);
        Assert.DoesNotContain(account.Part<ClusterStore>().All, cluster => !ClusterState.IsFinal(cluster.State));
    }

    // What leads a run to the state; a run that nothing else happens to ends with a failed step.
    private void Arrange(string state)
    {
        var (api, clusters) = (account.Part<FaultPlan>(), account.Part<ClusterFaults>());
        clusters.Add(ClusterFault.StepFails, 1);
        switch (state)
        {
            case "WaitForStray" or "ListStrays":
                api.Add(new ApiFault("elasticmapreduce", "RunJobFlow"));
                break;
            case "EndFailedCluster" or "WaitForRetry":
                clusters.Add(ClusterFault.BootstrapFails, 1);
                break;
            case "SendPlainMail":
                api.Add(new ApiFault("lambda", Path: "pomona-ComposeMail"));
                break;
            case "UnprotectCluster" or "EndClusterAgain" or "WaitForEnd":
                api.Add(new ApiFault("elasticmapreduce", "TerminateJobFlows", FaultMatrixTests.StateMachineCaller));
                break;
        }
    }
}
