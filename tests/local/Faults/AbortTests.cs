using System.Text.Json.Nodes;
using Amazon.S3.Model;
using Pomona.Local.Emr;
using Pomona.Local.Faults;

namespace Pomona.Local.Tests.Faults;

public sealed class AbortTests(PipelineAccount account) : IClassFixture<PipelineAccount>
{
    // The states of a run that starts at once and whose job fails; what a finished one adds is the same way to the end.
    public static TheoryData<string> States =>
    [
        "OpenRun", "Measure", "PlanRun", "RentCluster", "WaitForCluster", "DescribeStart", "ReadHost", "ComposeReadyMail",
        "SendReadyMail", "RunJob", "EndCluster", "ComposeOutcomeMail", "SendOutcomeMail", "DescribeEnd", "WaitForEnd", "CloseRun",
    ];

    [Theory]
    [MemberData(nameof(States))]
    public async Task An_execution_that_is_aborted_in_any_state_leaves_no_cluster(string state)
    {
        account.Part<ClusterFaults>().Add(ClusterFault.StepFails, 1);
        var dataset = $"abort-{state}";
        await account.S3.PutObjectAsync(new PutObjectRequest
        {
            // Listed, never read: the step fails before it.
            BucketName = account.Bucket,
            Key = $"datasets/{dataset}/class/image.jpg",
            ContentBody = "x",
        });
        // The cluster ends too soon to be waited for, unless it must be asked again and again.
        if (state == "WaitForEnd")
            account.Part<FaultPlan>().Add(new ApiFault("elasticmapreduce", "TerminateJobFlows", FaultMatrixTests.StateMachineCaller));
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
}
