using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pomona.Bootstrap.Tests;

public sealed class CloneClusterTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public void The_input_rents_the_same_cluster_again()
    {
        Answer(tag: "pomona:dataset", spot: 32, onDemand: 0);

        var ended = _sandbox.Run("bootstrap/clone-cluster.sh", "j-2AL4XXXXXX5T9");

        Assert.True(ended.ExitCode == 0, ended.Errors);
        var expected = new JsonObject
        {
            ["dataset"] = "fruits",
            ["now"] = true,
            ["cluster"] = new JsonObject
            {
                ["releaseLabel"] = "emr-7.7.0",
                ["coreVcpus"] = 4,
                ["taskVcpus"] = 32,
                ["instanceTypes"] = new JsonArray("m5.xlarge", "m6i.xlarge"),
                ["subnets"] = new JsonArray("subnet-1", "subnet-2"),
                ["keyName"] = "mine",
                ["notebooks"] = true,
                ["idleMinutes"] = 45,
            },
        };
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(ended.Output)), ended.Output);
    }

    [Fact]
    public void A_cluster_whose_task_nodes_were_on_demand_is_cloned_so()
    {
        Answer(tag: "pomona:dataset", spot: 0, onDemand: 16);

        var cluster = JsonNode.Parse(_sandbox.Run("bootstrap/clone-cluster.sh", "j-2AL4XXXXXX5T9").Output)!["cluster"]!;

        Assert.Equal((16, false), ((int)cluster["taskVcpus"]!, (bool)cluster["spot"]!));
    }

    [Fact]
    public void A_cluster_without_an_idle_time_of_its_own_gets_the_stack_s()
    {
        Answer(tag: "pomona:dataset", spot: 32, onDemand: 0, idle: string.Empty);

        var ended = _sandbox.Run("bootstrap/clone-cluster.sh", "j-2AL4XXXXXX5T9");

        Assert.True(ended.ExitCode == 0, ended.Errors);
        Assert.Null(JsonNode.Parse(ended.Output)!["cluster"]!["idleMinutes"]);
    }

    [Fact]
    public void Somebody_else_s_cluster_is_not_cloned()
    {
        Answer(tag: "owner", spot: 32, onDemand: 0);

        var ended = _sandbox.Run("bootstrap/clone-cluster.sh", "j-2AL4XXXXXX5T9");

        Assert.NotEqual(0, ended.ExitCode);
        Assert.Contains("was not rented by Pomona", ended.Errors, StringComparison.Ordinal);
    }

    private void Answer(string tag, int spot, int onDemand, string idle = """{"AutoTerminationPolicy": {"IdleTimeout": 2700}}""")
    {
        var cluster = new
        {
            Cluster = new
            {
                ReleaseLabel = "emr-7.7.0",
                Tags = new[] { new { Key = tag, Value = "fruits" } },
                Applications = new[] { new { Name = "Spark" }, new { Name = "JupyterHub" } },
                Ec2InstanceAttributes = new { Ec2KeyName = "mine", RequestedEc2SubnetIds = new[] { "subnet-1", "subnet-2" } },
            },
        };
        var fleets = new
        {
            InstanceFleets = new object[]
            {
                new { InstanceFleetType = "CORE", TargetOnDemandCapacity = 4, TargetSpotCapacity = 0 },
                new
                {
                    InstanceFleetType = "TASK",
                    TargetOnDemandCapacity = onDemand,
                    TargetSpotCapacity = spot,
                    InstanceTypeSpecifications = new[] { new { InstanceType = "m6i.xlarge" }, new { InstanceType = "m5.xlarge" } },
                },
            },
        };
        var describe = _sandbox.Write("describe.json", JsonSerializer.Serialize(cluster));
        var list = _sandbox.Write("fleets.json", JsonSerializer.Serialize(fleets));
        var policy = _sandbox.Write("idle.json", idle);
        _sandbox.Command(
            "aws", $"""case "$2" in describe-cluster) cat '{describe}' ;; list-instance-fleets) cat '{list}' ;; get-auto-termination-policy) cat '{policy}' ;; esac""");
    }
}
