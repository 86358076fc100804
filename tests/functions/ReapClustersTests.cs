using Amazon.Runtime;
using Pomona.Functions.Clusters;
using Pomona.Functions.Tests.Fakes;

namespace Pomona.Functions.Tests;

public sealed class ReapClustersTests
{
    private readonly Stack _stack = new();

    [Fact]
    public async Task Of_all_clusters_only_ours_without_a_running_execution_or_too_old_are_ended()
    {
        _stack.Executions.Run("alive");
        _stack.Executions.End("ended");
        _stack.AddCluster("j-ALIVE", execution: MemoryExecutions.Prefix + "alive");
        _stack.AddCluster("j-ENDED", execution: MemoryExecutions.Prefix + "ended");
        _stack.AddCluster("j-MISSING", execution: MemoryExecutions.Prefix + "missing");
        _stack.AddCluster("j-FOREIGN", execution: "arn:aws:states:eu-west-3:123456789012:execution:other:alive");
        _stack.AddCluster("j-NOT", stack: "someone-elses");
        _stack.AddCluster("j-UNTAGGED", stack: null);
        _stack.AddCluster("j-GONE", state: "TERMINATED");
        _stack.AddCluster("j-GOING", state: "TERMINATING");
        var old = _stack.AddCluster("j-OLD", execution: MemoryExecutions.Prefix + "alive");
        _stack.Clusters.Add(old with { CreatedAt = _stack.Clock.GetUtcNow().AddHours(-13) });

        var report = await _stack.ReapClusters.HandleAsync(default, new TestContext());

        Assert.Equal(["j-ENDED", "j-FOREIGN", "j-MISSING", "j-OLD"], _stack.Clusters.Terminated);
        Assert.Equal(ReapReason.TooOld, report.Terminated.Single(c => c.ClusterId == "j-OLD").Reason);
        Assert.Equal(5, report.Examined);
    }

    [Fact]
    public async Task A_cluster_that_resists_does_not_stop_the_rest_and_is_told_by_mail_and_by_error()
    {
        _stack.AddCluster("j-A");
        _stack.AddCluster("j-B");
        _stack.Clusters.Before = (operation, id) =>
        {
            if (operation == "terminate" && id == "j-A")
                throw new AmazonServiceException("Rate exceeded");
        };

        await Assert.ThrowsAsync<InvalidOperationException>(() => _stack.ReapClusters.HandleAsync(default, new TestContext()));

        Assert.Equal(["j-B"], _stack.Clusters.Terminated);
        var mail = Assert.Single(_stack.Mailbox.Mails);
        Assert.Equal("Pomona: 2 stray clusters in pomona", mail.Subject);
        Assert.Contains("j-A", mail.Message, StringComparison.Ordinal);
        Assert.Contains("j-B", mail.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_nothing_to_do_nothing_is_said()
    {
        _stack.Executions.Run(Stack.ExecutionName);
        _stack.AddCluster();

        var report = await _stack.ReapClusters.HandleAsync(default, new TestContext());
        await _stack.ReapClusters.HandleAsync(default, new TestContext());

        Assert.Equal((1, 0, 0), (report.Examined, report.Terminated.Count, report.Failed.Count));
        Assert.Empty(_stack.Mailbox.Mails);
    }

    [Fact]
    public async Task A_cluster_is_ended_and_told_once_however_often_the_reaper_comes()
    {
        _stack.AddCluster();

        for (var i = 0; i < 4; i++)
            await _stack.ReapClusters.HandleAsync(default, new TestContext());

        Assert.Single(_stack.Clusters.Terminated);
        Assert.Single(_stack.Mailbox.Mails);
    }
}
