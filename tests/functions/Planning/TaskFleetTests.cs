using Pomona.Contracts;
using Pomona.Functions.Planning;

namespace Pomona.Functions.Tests.Planning;

public sealed class TaskFleetTests
{
    [Theory]
    [InlineData(4, 96, "r7iz.24xlarge", 96, 0, "r7iz.24xlarge", "")]
    [InlineData(4, 60, "m5.xlarge m5.2xlarge", 4, 0, "m5.xlarge", "m5.2xlarge")]
    [InlineData(4, 60, "m5.2xlarge m5.4xlarge", 8, 0, "m5.2xlarge", "m5.4xlarge")]
    [InlineData(20, 60, "m5.xlarge m5.2xlarge", 20, 4, "m5.xlarge m5.2xlarge", "")]
    [InlineData(60, 60, "m5.xlarge m5.2xlarge", 60, 0, "m5.xlarge", "m5.2xlarge")]
    [InlineData(56, 60, "m5.xlarge m5.2xlarge m5.4xlarge", 56, 4, "m5.xlarge m5.2xlarge", "m5.4xlarge")]
    [InlineData(60, 60, "m5.8xlarge", 32, 0, "m5.8xlarge", "")]
    [InlineData(60, 28, "m5.8xlarge", 0, 0, "", "m5.8xlarge")]
    public void The_target_is_in_whole_nodes_and_larger_types_are_left_out(
        int wanted, int most, string types, int target, int overshoot, string kept, string tooLarge)
    {
        var fleet = TaskFleet.Of(wanted, [.. types.Split(' ').Select(InstanceType.Parse)], most);

        Assert.Equal((target, overshoot), (fleet.Vcpus, fleet.Overshoot));
        Assert.Equal(kept, string.Join(' ', fleet.Types.Select(type => type.Name)));
        Assert.Equal(tooLarge, string.Join(' ', fleet.TooLarge));
    }

    [Fact]
    public void Whatever_nodes_EMR_chooses_the_cluster_gets_no_larger_than_reckoned_or_allowed()
    {
        var random = new Random(23);
        for (var round = 0; round < 2000; round++)
        {
            InstanceType[] types = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => InstanceType.Parse($"m5.{random.Next(2, 25)}xlarge"))];
            var most = random.Next(1, 80) * 4;
            var fleet = TaskFleet.Of(random.Next(1, 80) * 4, types, most);

            var rented = 0;
            while (rented < fleet.Vcpus)
                rented += fleet.Types[random.Next(fleet.Types.Count)].Vcpus;

            Assert.InRange(rented, fleet.Vcpus, Math.Min(most, fleet.Vcpus + fleet.Overshoot));
            Assert.All(fleet.Types, type => Assert.InRange(type.Vcpus, 1, fleet.Vcpus));
        }
    }
}
