using Pomona.Local.Account;
using Pomona.Local.Emr;

namespace Pomona.Local.Tests.Faults;

public sealed class HangingStepTests(HangingStepTests.Account account) : IClassFixture<HangingStepTests.Account>
{
    // The workflow by itself is held to it in tests/statemachine.
    [ExhaustiveFact]
    public async Task A_step_that_hangs_is_noticed_by_its_missing_heartbeat()
    {
        account.Part<ClusterFaults>().Add(ClusterFault.StepHangs, 1);
        await account.UploadAsync("hangs", Photos.Take(20));
        var run = await account.EndedAsync("hangs");
        await account.GoneAsync(run);

        Assert.Equal(("FAILED", "States.HeartbeatTimeout"), (run.Status, run.Error));
        Assert.Equal("CANCELLED", Assert.Single(Assert.Single(account.ClustersOf(run)).Steps).State);
        Assert.Equal(["Pomona: hangs is ready, the job begins", "Pomona: hangs has failed"], account.MailsAbout("hangs"));
    }

    /// <summary>An account in which a quarter of an hour without a heartbeat takes ten seconds.</summary>
    public sealed class Account : PipelineAccount
    {
        public override Task InitializeAsync() => Exhaustive.IsAsked ? base.InitializeAsync() : Task.CompletedTask;

        internal override LocalSettings Settings() => base.Settings() with { HeartbeatScale = 90 };
    }
}
