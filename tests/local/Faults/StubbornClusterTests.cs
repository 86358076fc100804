using System.Text.Json.Nodes;
using Pomona.Local.Account;
using Pomona.Local.Emr;
using Pomona.Local.Faults;
using Pomona.Local.Sns;

namespace Pomona.Local.Tests.Faults;

public sealed class StubbornClusterTests(StubbornClusterTests.Account account) : IClassFixture<StubbornClusterTests.Account>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        account.ClearFaults();
        return Task.CompletedTask;
    }

    // The workflow by itself is held to it in tests/statemachine.
    [ExhaustiveFact]
    public async Task A_cluster_that_does_not_end_is_mailed_about_and_an_abort_at_that_moment_still_ends_it()
    {
        account.Part<ClusterFaults>().Add(ClusterFault.StepFails, 1);
        // Half an hour is EMR's own limit for idle clusters, too.
        account.Part<ClusterFaults>().Add(ClusterFault.IdleLimitIgnored, int.MaxValue);
        account.Part<ClusterFaults>().Add(ClusterFault.EndIgnored, int.MaxValue);
        await account.UploadAsync("stubborn", Photos.Take(1));
        // Both other mails have been sent by then: the next one is TellStuckCluster's.
        await account.InStateAsync("stubborn", "WaitForEnd", everVisited: true);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        var call = await account.Part<FaultPlan>()
            .Add(new ApiFault("sns", "Publish", FaultMatrixTests.StateMachineCaller, Hold: true)).NextAsync(limit.Token);
        var stuck = Assert.Single(await account.RunsAsync("stubborn"));
        await account.CallAsync("stepfunctions", "StopExecution", new JsonObject { ["executionArn"] = stuck.Arn });
        call.Release();
        var ended = await account.EndedAsync("stubborn");
        var cluster = Assert.Single(account.ClustersOf(ended));
        var state = cluster.State;
        account.Part<ClusterFaults>().Clear();
        await account.GoneAsync(ended);
        await Eventually.HoldsAsync(() => account.Part<Mailbox>().Letters.Count == 3, "the mail about the cluster");

        Assert.Equal("ABORTED", ended.Status);
        Assert.Null(Assert.Single(ended.States, visit => visit.Name == "TellStuckCluster").Exited);
        Assert.Equal(ClusterState.Waiting, state);
        Assert.Equal(
            ["Pomona: stubborn is ready, the job begins", "Pomona: stubborn has failed", "Pomona: a cluster does not end / un cluster ne s'arrete pas"],
            account.Part<Mailbox>().Letters.Select(letter => letter.Subject));
        Assert.All(account.Part<ClusterStore>().All, rented => Assert.True(ClusterState.IsFinal(rented.State)));
    }

    /// <summary>An account in which the half hour of asking again takes a minute.</summary>
    public sealed class Account : PipelineAccount
    {
        public override Task InitializeAsync() => Exhaustive.IsAsked ? base.InitializeAsync() : Task.CompletedTask;

        internal override LocalSettings Settings() => base.Settings() with { TimeScale = 1000 };
    }
}
