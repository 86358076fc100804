using System.Text;
using System.Text.Json;

namespace Pomona.Contracts.Tests;

public sealed class RunPlanTests
{
    private static readonly RunPlan Plan = new(
        "s3://bucket/datasets/fruits/", 1_000, 5_000_000, 2, 512, 1, new string('0', 64), TestSplit: new TestSplit("Test", "Training", 100),
        Since: new SinceRun("s3://bucket/runs/fruits/20261121T130455Z-3f9a2c1b/", 900, 500));

    [Fact]
    public void A_plan_is_read_as_it_was_written()
        => Assert.Equal(Plan, RunPlan.TryParse(JsonSerializer.SerializeToUtf8Bytes(Plan, ContractJson.Readable.RunPlan)));

    [Theory]
    [InlineData("images", "1025")] // more than two shards hold
    [InlineData("images", "-1")]
    [InlineData("shards", "3")]
    [InlineData("shards", "2000000000")]
    [InlineData("shardSize", "0")]
    [InlineData("bytes", "-1")]
    [InlineData("input", "null")]
    [InlineData("fingerprint", "7")]
    [InlineData("testSplit", "{}")]
    [InlineData("testSplit", """{"test": "Test", "images": -1}""")]
    [InlineData("since", "{}")]
    [InlineData("since", """{"run": "r", "unchanged": -5, "newBytes": 0}""")]
    [InlineData("since", """{"run": "r", "unchanged": 1001, "newBytes": 0}""")]
    public void One_that_contradicts_itself_is_none(string member, string value)
    {
        var plan = JsonSerializer.SerializeToNode(Plan, ContractJson.Readable.RunPlan)!.AsObject();
        plan[member] = System.Text.Json.Nodes.JsonNode.Parse(value);

        Assert.Null(RunPlan.TryParse(Encoding.UTF8.GetBytes(plan.ToJsonString())));
    }

    [Fact]
    public void What_is_done_is_counted_by_the_features_that_are_there()
    {
        Assert.Equal(0, Plan.ImagesDone(new HashSet<string>()));
        Assert.Equal(488, Plan.ImagesDone(new HashSet<string> { RunLayout.Features(1), RunLayout.Components(0), RunLayout.Features(7) }));
    }
}
