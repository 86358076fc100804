using Pomona.Job.Runs;

namespace Pomona.Job.Tests.Runs;

public sealed class ShardGroupsTests
{
    [Theory]
    [InlineData(1, 512)]
    [InlineData(2, 512)]
    [InlineData(20, 512)]
    [InlineData(157, 64)]
    [InlineData(65, 100_000)]
    [InlineData(2_000, 512)]
    [InlineData(200_000, 512)]
    public void Every_shard_is_in_exactly_one_group_and_groups_are_bounded(int shards, int shardSize)
    {
        var groups = new ShardGroups(shards, shardSize);

        var next = 0;
        for (var group = 0; group < groups.Count; group++)
        {
            var (first, count) = groups.ShardsOf(group);
            Assert.Equal(next, first);
            Assert.True(count > 0);
            next = first + count;
        }

        Assert.Equal(shards, next);
        Assert.InRange(groups.Count, 1, ShardGroups.MostGroups);
    }
}
