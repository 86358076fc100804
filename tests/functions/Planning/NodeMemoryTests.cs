using System.Globalization;
using System.Text.RegularExpressions;
using Pomona.Contracts;
using Pomona.Functions.Planning;

namespace Pomona.Functions.Tests.Planning;

public sealed class NodeMemoryTests
{
    private const int SparksMaster = 512 + 384;

    public static TheoryData<string> Types =>
        [.. ClusterForm.TaskTypes.Concat(ClusterForm.OnDemandTypes).Select(static type => type.Name).Distinct(), "m5.4xlarge", "r5.2xlarge", "r5.4xlarge", "m5zn.3xlarge", "r7i.24xlarge"];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_node_of_any_type_takes_one_executor_for_every_four_vcpus_beside_the_master_or_without_it(string name)
    {
        var type = InstanceType.Parse(name);
        var yarn = NodeMemory.MegabytesOf(type);

        Assert.Equal(type.Vcpus / NodeMemory.ExecutorVcpus, yarn / NodeMemory.ExecutorMegabytes);
        Assert.Equal(type.Vcpus / NodeMemory.ExecutorVcpus, (yarn - SparksMaster) / NodeMemory.ExecutorMegabytes);
    }

    [Theory]
    [InlineData(4, 11712)] // what EMR gives YARN on the smaller m types: xlarge, 2xlarge, 4xlarge
    [InlineData(8, 23424)]
    [InlineData(16, 54272)]
    public void No_more_is_given_to_YARN_than_EMR_itself_would_give(int vcpus, int most)
        => Assert.InRange(NodeMemory.MegabytesOf(new InstanceType("m7i.xlarge", vcpus)), 1, most);

    [Fact]
    public void Nodes_that_run_tasks_are_given_it_and_the_primary_is_not()
    {
        var types = ClusterTypes.Of(ClusterForm.TaskTypes, offered: null, "emr-7.7.0", withTasks: true);

        var fleets = ClusterForm.Instances(new ClusterSize(4, 8, 32, Spot: true), types, ["subnet-1"], keyName: null)["InstanceFleets"]!.AsArray();

        foreach (var type in fleets.Skip(1).SelectMany(static fleet => fleet!["InstanceTypeConfigs"]!.AsArray()))
        {
            Assert.Equal(
                NodeMemory.MegabytesOf(InstanceType.Parse((string)type!["InstanceType"]!)).ToString(CultureInfo.InvariantCulture),
                (string?)Assert.Single(type["Configurations"]!.AsArray())!["Properties"]!["yarn.nodemanager.resource.memory-mb"]);
        }

        Assert.All(fleets[0]!["InstanceTypeConfigs"]!.AsArray(), static type => Assert.Null(type!["Configurations"]));
    }

    [Fact]
    public void An_executor_is_what_the_launch_script_asks_for()
    {
        var script = File.ReadAllText(RepositoryRoot.File("bootstrap/run-step.sh"));

        int Option(string name) => int.Parse(Regex.Match(script, $@"--conf spark\.executor\.{name}=([0-9]+)g?\s").Groups[1].Value, CultureInfo.InvariantCulture);

        Assert.Equal(NodeMemory.ExecutorVcpus, Option("cores"));
        Assert.Equal(NodeMemory.ExecutorMegabytes, (Option("memory") + Option("memoryOverhead")) * 1024);
    }
}
