using Amazon.Runtime;
using Pomona.Contracts;
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

        var report = await _stack.ReapClusters.HandleAsync(default, new PlayedCall());

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

        await Assert.ThrowsAsync<InvalidOperationException>(() => _stack.ReapClusters.HandleAsync(default, new PlayedCall()));

        Assert.Equal(["j-B"], _stack.Clusters.Terminated);
        var mail = Assert.Single(_stack.Mailbox.Mails);
        Assert.Equal("Pomona: 2 stray clusters in pomona", mail.Subject);
        Assert.Contains("j-A", mail.Message, StringComparison.Ordinal);
        Assert.Contains("j-B", mail.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strangers_are_looked_at_once_while_they_live_and_their_failures_end_nothing()
    {
        for (var i = 0; i < 100; i++)
            _stack.AddCluster($"j-{i:D3}", stack: i % 2 == 0 ? "someone-elses" : null);
        _stack.AddCluster("j-OURS");
        var looks = new List<string>();
        _stack.Clusters.Before = (operation, id) =>
        {
            if (operation != "describe")
                return;
            looks.Add(id);
            if (id is "j-003" or "j-070")
                throw new AmazonServiceException("Internal failure");
        };
        var reaper = _stack.ReapClusters;
        var context = new PlayedCall();

        var report = await reaper.HandleAsync(default, context);
        var first = looks.Count;
        _stack.AddCluster("j-OURS-TOO");
        await reaper.HandleAsync(default, new PlayedCall());

        Assert.Equal((101, 1), (first, report.Examined));
        Assert.Equal(["j-OURS", "j-OURS-TOO"], _stack.Clusters.Terminated);
        Assert.Equal(["j-003", "j-070", "j-OURS-TOO"], looks.Skip(first));
        Assert.Equal(2, context.Lines.Count(line => line.Contains("Could not look at cluster", StringComparison.Ordinal)));
        Assert.Empty(report.Failed);
    }

    [Theory]
    [InlineData("3600", 61, true)]
    [InlineData("3600", 59, false)]
    [InlineData("99999999", 721, true)]
    [InlineData("99999999", 719, false)]
    [InlineData("-1", 61, false)]
    [InlineData("soon", 61, false)]
    [InlineData(null, 61, false)]
    public async Task A_cluster_lives_no_longer_than_its_plan_allows_nor_than_the_stack_does(string? tag, int minutes, bool ended)
    {
        _stack.Executions.Run(Stack.ExecutionName);
        var cluster = _stack.AddCluster();
        var tags = new Dictionary<string, string>(cluster.Tags);
        if (tag is not null)
            tags[ClusterTags.MaxSeconds] = tag;
        _stack.Clusters.Add(cluster with { Tags = tags, CreatedAt = _stack.Clock.GetUtcNow().AddMinutes(-minutes) });

        await _stack.ReapClusters.HandleAsync(default, new PlayedCall());

        Assert.Equal(ended, !_stack.Clusters.Terminated.IsEmpty);
    }

    [Fact]
    public async Task With_nothing_to_do_nothing_is_said()
    {
        _stack.Executions.Run(Stack.ExecutionName);
        _stack.AddCluster();

        var report = await _stack.ReapClusters.HandleAsync(default, new PlayedCall());
        await _stack.ReapClusters.HandleAsync(default, new PlayedCall());

        Assert.Equal((1, 0, 0), (report.Examined, report.Terminated.Count, report.Failed.Count));
        Assert.Empty(_stack.Mailbox.Mails);
    }

    [Fact]
    public async Task A_cluster_is_ended_and_told_once_however_often_the_reaper_comes()
    {
        _stack.AddCluster();

        for (var i = 0; i < 4; i++)
            await _stack.ReapClusters.HandleAsync(default, new PlayedCall());

        Assert.Single(_stack.Clusters.Terminated);
        Assert.Single(_stack.Mailbox.Mails);
    }
}
