using Pomona.Contracts;
using Pomona.Functions.Clusters;
using Pomona.Functions.Tests.Fakes;

namespace Pomona.Functions.Tests.Clusters;

/// <summary>What the functions rest on: EMR's own answers, and those of the double that other tests use.</summary>
[Collection(SharedMoto.Name)]
public sealed class ClustersContractTests(MotoAccount moto)
{
    private static readonly string[] StepArguments = ["run", JobArguments.TaskToken, "t0k"];

    [Fact]
    public async Task The_double_lists_describes_and_ends_clusters_even_when_protected_as_EMR_does()
    {
        var clusters = new MemoryClusters();
        var tags = new Dictionary<string, string> { [ClusterTags.Stack] = "pomona", [ClusterTags.Run] = "été" };
        clusters.Add(
            new ClusterInfo("j-ONE", "WAITING", string.Empty, DateTimeOffset.UnixEpoch, TerminationProtected: true, tags),
            new StepInfo("s-ONE", "RUNNING", string.Empty, StepArguments));

        await TryAsync(clusters, "j-ONE");
    }

    [MotoFact]
    public async Task EMR_lists_describes_and_ends_clusters_even_when_protected()
    {
        using var client = moto.Emr();
        var clusters = new EmrClusters(client);
        var id = (await moto.CallAsync("elasticmapreduce", "ElasticMapReduce.RunJobFlow", "1.1", new
        {
            Name = "pomona",
            ReleaseLabel = "emr-7.7.0",
            JobFlowRole = "EMR_EC2_DefaultRole",
            ServiceRole = "EMR_DefaultRole",
            Instances = new { MasterInstanceType = "m5.xlarge", SlaveInstanceType = "m5.xlarge", InstanceCount = 2, KeepJobFlowAliveWhenNoSteps = true, TerminationProtected = true },
            Tags = new[] { new { Key = ClusterTags.Stack, Value = "pomona" }, new { Key = ClusterTags.Run, Value = "été" } },
            Steps = new[] { new { Name = "job", ActionOnFailure = "CONTINUE", HadoopJarStep = new { Jar = "command-runner.jar", Args = StepArguments } } },
        })).GetProperty("JobFlowId").GetString()!;

        var created = (await clusters.DescribeAsync(id, default))!.CreatedAt!.Value;
        var told = (await moto.CallAsync("elasticmapreduce", "ElasticMapReduce.DescribeCluster", "1.1", new { ClusterId = id }))
            .GetProperty("Cluster").GetProperty("Status").GetProperty("Timeline").GetProperty("CreationDateTime").GetDouble();
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(told), created, TimeSpan.FromSeconds(1));
        await TryAsync(clusters, id);
    }

    private static async Task TryAsync(IClusters clusters, string id)
    {
        var cluster = (await clusters.DescribeAsync(id, default))!;
        Assert.True(cluster.IsActive);
        Assert.True(cluster.TerminationProtected);
        Assert.NotNull(cluster.CreatedAt);
        Assert.Equal(("pomona", "été", null), (cluster.Tag(ClusterTags.Stack), cluster.Tag(ClusterTags.Run), cluster.Tag(ClusterTags.Execution)));
        Assert.Contains(id, await clusters.ActiveAsync(default).ToListAsync());

        var step = Assert.Single(await clusters.StepsAsync(id, default).ToListAsync());
        Assert.Equal("t0k", step.TaskToken);
        Assert.Equal("t0k", (await clusters.DescribeStepAsync(id, step.Id, default))!.TaskToken);

        await clusters.TerminateAsync(cluster, default);
        await clusters.TerminateAsync((await clusters.DescribeAsync(id, default))!, default);
        Assert.False((await clusters.DescribeAsync(id, default))!.IsActive);
        Assert.DoesNotContain(id, await clusters.ActiveAsync(default).ToListAsync());
    }
}
