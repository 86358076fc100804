using System.Text.Json.Nodes;
using Pomona.Local.Account;
using Pomona.Local.Emr;
using Pomona.Local.Faults;

namespace Pomona.Local.Tests.Faults;

/// <summary>Aborts by hand in every Wait state, which lasts seconds here.</summary>
public sealed class AbortedWaitTests(AbortedWaitTests.Account account) : IClassFixture<AbortedWaitTests.Account>, IAsyncLifetime
{
    /// <summary>The Wait states, and the mails that were sent before.</summary>
    internal static readonly TheoryData<string, string[]> All = new()
    {
        { "QuietPeriod", [] },
        { "WaitForStray", [] },
        { "WaitForCluster", [] },
        { "WaitForRetry", [] },
        { "LetStepEnd", ["Pomona: abort-LetStepEnd is ready, the job begins"] },
        { "WaitForEnd", ["Pomona: abort-WaitForEnd is ready, the job begins", "Pomona: abort-WaitForEnd has failed"] },
    };

    /// <summary>An upload's own wait, and three with a cluster that comes, is tried again, or ends: the rows that are always tried.</summary>
    private static readonly string[] AroundClusters = ["QuietPeriod", "WaitForCluster", "WaitForRetry", "WaitForEnd"];

    public static IEnumerable<object[]> Waits => All.Where(row => Exhaustive.IsAsked || AroundClusters.Contains((string)row[0]));

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        account.ClearFaults();
        return Task.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(Waits))]
    public async Task An_execution_that_is_aborted_while_it_waits_leaves_no_cluster(string state, string[] mails)
    {
        var dataset = $"abort-{state}";
        Arrange(state);
        if (state == "QuietPeriod")
        {
            await account.UploadAsync(dataset, Photos.Take(1)); // only an upload's own run waits for quiet
        }
        else
        {
            await AbortTests.PutImageAsync(account, dataset);
            await account.StartByHandAsync(dataset);
        }

        var waiting = await account.InStateAsync(dataset, state);
        await account.CallAsync("stepfunctions", "StopExecution", new JsonObject { ["executionArn"] = waiting.Arn });
        var ended = await account.EndedAsync(dataset);
        await account.GoneAsync(ended);

        Assert.Equal("ABORTED", ended.Status);
        Assert.Null(Assert.Single(ended.States, visit => visit.Name == state).Exited);
        Assert.Equal(mails, account.MailsAbout(dataset));
        Assert.Equal(state == "QuietPeriod" ? 0 : 1, account.ClustersOf(ended).Length);
        Assert.DoesNotContain(account.Part<ClusterStore>().All, cluster => !ClusterState.IsFinal(cluster.State));
    }

    private void Arrange(string state)
    {
        var (api, clusters) = (account.Part<FaultPlan>(), account.Part<ClusterFaults>());
        clusters.Add(ClusterFault.StepFails, 1);
        switch (state)
        {
            case "WaitForStray":
                api.Add(new ApiFault("elasticmapreduce", "RunJobFlow", Times: 1, LosesAnswer: true));
                break;
            case "WaitForRetry":
                clusters.Add(ClusterFault.BootstrapFails, 1);
                break;
            case "WaitForEnd":
                api.Add(new ApiFault("elasticmapreduce", "TerminateJobFlows", FaultMatrixTests.StateMachineCaller));
                break;
        }
    }

    /// <summary>An account in which workflows wait twenty times longer than everything else takes.</summary>
    public sealed class Account : PipelineAccount
    {
        internal override LocalSettings Settings() => base.Settings() with { WaitScale = 6 };
    }
}
