using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.ElasticMapReduce;
using Amazon.Runtime;
using Pomona.Functions.Clusters;
using Pomona.Functions.Tests.Fakes;

namespace Pomona.StateMachine.Tests;

/// <summary>
/// What the functions may expect of EMR, of the local cloud's and of the one in memory that the functions' tests use: where the
/// two differ, one of them is wrong.
/// </summary>
public sealed class ClustersContractTests(Workflow workflow) : IClassFixture<Workflow>
{
    [MotoTheory]
    [InlineData("local cloud")]
    [InlineData("memory")]
    public async Task Nobody_knows_a_cluster_or_step_that_was_never_made(string where)
    {
        var (clusters, rent) = await PlaceAsync(where);
        var id = await rent("known");

        Assert.Null(await clusters.DescribeAsync("j-NOBODY0000000", CancellationToken.None));
        Assert.Null(await clusters.DescribeStepAsync(id, "s-NOBODY0000000", CancellationToken.None));
    }

    [MotoTheory]
    [InlineData("local cloud")]
    [InlineData("memory")]
    public async Task A_cluster_is_found_among_the_active_ones_and_described_as_it_was_rented(string where)
    {
        var (clusters, rent) = await PlaceAsync(where);
        var id = await rent("found");
        var described = await clusters.DescribeAsync(id, CancellationToken.None);
        var steps = await ListAsync(clusters.StepsAsync(id, CancellationToken.None));

        Assert.Contains(id, await ListAsync(clusters.ActiveAsync(CancellationToken.None)));
        Assert.True(described!.IsActive);
        Assert.Equal((id, true, "found", null), (described.Id, described.TerminationProtected, described.Tag("name"), described.Tag("other")));
        Assert.NotNull(described.CreatedAt);
        Assert.Equal([["second", "b"], ["first", "a"]], steps.Select(step => step.Arguments));
        Assert.All(steps, step => Assert.False(step.HasFailed));
        Assert.Equal(["second", "b"], (await clusters.DescribeStepAsync(id, steps[0].Id, CancellationToken.None))!.Arguments);
    }

    [MotoTheory]
    [InlineData("local cloud")]
    [InlineData("memory")]
    public async Task A_protected_cluster_that_is_ended_is_not_active_any_more_and_may_be_ended_again(string where)
    {
        var (clusters, rent) = await PlaceAsync(where);
        var id = await rent("ended");
        await clusters.TerminateAsync((await clusters.DescribeAsync(id, CancellationToken.None))!, CancellationToken.None);
        ClusterInfo? described = null;
        for (var waited = 0; waited < 600 && (described = await clusters.DescribeAsync(id, CancellationToken.None))!.IsActive; waited++)
            await Task.Delay(100);

        Assert.False(described!.IsActive, described.State);
        Assert.DoesNotContain(id, await ListAsync(clusters.ActiveAsync(CancellationToken.None)));
        await clusters.TerminateAsync(described, CancellationToken.None);
    }

    private async Task<(IClusters Clusters, Func<string, Task<string>> Rent)> PlaceAsync(string where)
    {
        if (where == "memory")
        {
            var memory = new MemoryClusters();
            return (memory, name => Task.FromResult(RentInMemory(memory, name)));
        }

        await workflow.BeginAsync();
        return (
            new EmrClusters(new AmazonElasticMapReduceClient(
                new BasicAWSCredentials("functions", "local"),
                new AmazonElasticMapReduceConfig { ServiceURL = workflow.Front.AbsoluteUri, AuthenticationRegion = "us-east-1" })),
            RentInLocalCloudAsync);
    }

    private static string RentInMemory(MemoryClusters memory, string name)
    {
        const string Id = "j-MEMORY0000000";
        memory.Add(
            new ClusterInfo(Id, "WAITING", "", DateTimeOffset.Parse("2026-11-21T13:05:00Z", CultureInfo.InvariantCulture), TerminationProtected: true, new Dictionary<string, string> { ["name"] = name }),
            new StepInfo("s-2", "PENDING", "", ["second", "b"]), new StepInfo("s-1", "RUNNING", "", ["first", "a"]));
        return Id;
    }

    private async Task<string> RentInLocalCloudAsync(string name)
    {
        static JsonObject Step(params string[] arguments) => new()
        {
            ["Name"] = arguments[0],
            ["ActionOnFailure"] = "CONTINUE",
            ["HadoopJarStep"] = new JsonObject { ["Jar"] = "command-runner.jar", ["Args"] = new JsonArray([.. arguments.Select(argument => (JsonNode)argument)]) },
        };

        var rented = await workflow.CallAsync("emr", "RunJobFlow", new JsonObject
        {
            ["Name"] = name,
            ["ReleaseLabel"] = "emr-7.7.0",
            ["ServiceRole"] = "service",
            ["JobFlowRole"] = "nodes",
            ["Instances"] = new JsonObject
            {
                ["InstanceCount"] = 1,
                ["MasterInstanceType"] = "m5.xlarge",
                ["KeepJobFlowAliveWhenNoSteps"] = true,
                ["TerminationProtected"] = true,
            },
            ["Steps"] = new JsonArray(Step("first", "a"), Step("second", "b")),
            ["Tags"] = new JsonArray(new JsonObject { ["Key"] = "name", ["Value"] = name }),
        });
        return (string)rented["JobFlowId"]!;
    }

    private static async Task<List<T>> ListAsync<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items)
            list.Add(item);
        return list;
    }
}
