using System.Text;

namespace Pomona.Contracts.Tests;

/// <summary>A page of a ledger that no run can have written is no page.</summary>
public sealed class LedgerPageTests
{
    private static readonly ShardSummary Summary = new(
        3, new Dictionary<string, int> { ["a"] = 1, ["b"] = 2 }, [new RejectedImage("a/2.jpg", "it is no image"), new RejectedImage("b/9.jpg", "it is no image")], 10, 0.5, 1);

    private static readonly byte[] Page = new LedgerPage("run", [LedgerLine.Of("features/shard-00000.parquet", "x"u8, Summary)]).ToJson();

    [Fact]
    public void What_a_run_has_written_is_read_back()
        => Assert.Equal(3, LedgerPage.TryParse(Page)?.Files[0].Summary?.Images);

    [Theory]
    [InlineData("\"images\":3", "\"images\":4")]
    [InlineData("\"images\":3", "\"images\":-3")]
    [InlineData("\"b\":2", "\"b\":-2")]
    [InlineData("\"unread\":1", "\"unread\":3")]
    [InlineData("\"bytes\":10", "\"bytes\":-10")]
    [InlineData("\"size\":1", "\"size\":-1")]
    [InlineData("b/9.jpg", "a/1.jpg")]
    [InlineData("b/9.jpg", "a/2.jpg")]
    [InlineData("\"image\":\"a/2.jpg\"", "\"image\":null")]
    [InlineData("\"labels\":", "\"lables\":")]
    public void Numbers_and_names_that_contradict_each_other_are_no_page(string was, string now)
    {
        var text = Encoding.UTF8.GetString(Page);
        Assert.Contains(was, text, StringComparison.Ordinal);

        Assert.Null(LedgerPage.TryParse(Encoding.UTF8.GetBytes(text.Replace(was, now, StringComparison.Ordinal))));
    }
}
