using System.Text.Json.Nodes;
using Pomona.Local.Emr;

namespace Pomona.Local.Tests.Faults;

public sealed class StubbornClusterTests(StubbornClusterTests.Account account) : IClassFixture<StubbornClusterTests.Account>
{
    [Fact]
    public async Task A_cluster_that_does_not_end_is_mailed_about_and_an_abort_at_that_moment_still_ends_it()
    {
        account.Part<ClusterFaults>().Add(ClusterFault.StepFails, 1);
        // Half an hour is EMR's own limit for idle clusters, too.
        account.Part<ClusterFaults>().Add(ClusterFault.IdleLimitIgnored, int.MaxValue);
        account.Part<ClusterFaults>().Add(ClusterFault.EndIgnored, int.MaxValue);
        await account.UploadAsync("stubborn", Photos.Take(1));
        var stuck = await account.InStateAsync("stubborn", "TellStuckCluster", everVisited: true);
        var cluster = Assert.Single(account.ClustersOf(stuck));
        Assert.Equal(ClusterState.Waiting, cluster.State);
        account.Part<ClusterFaults>().Clear();
        await account.CallAsync("stepfunctions", "StopExecution", new JsonObject { ["executionArn"] = stuck.Arn });
        var ended = await account.EndedAsync("stubborn");
        await account.GoneAsync(ended);

        Assert.Contains(ended.States, visit => visit.Name == "TellStuckCluster");
        Assert.All(account.Part<ClusterStore>().All, rented => Assert.True(ClusterState.IsFinal(rented.State)));
    }

    /// <summary>An account in which the half hour of asking again takes a minute.</summary>
    public sealed class Account : PipelineAccount
    {
        internal override LocalSettings Settings() => base.Settings() with { TimeScale = 1000 };
    }
}
