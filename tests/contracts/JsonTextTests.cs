using System.Text;
using System.Text.Json.Nodes;

namespace Pomona.Contracts.Tests;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("{\"dataset\":")]
    [InlineData("[\"dataset\"]")]
    [InlineData("\"dataset\"")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"dataset\":null}")]
    [InlineData("{\"dataset\":7}")]
    [InlineData("{\"dataset\":{\"name\":\"fruits\"}}")]
    [InlineData("{\"dataset\":\"fruits\",\"dataset\":\"others\"}")]
    [InlineData("{\"dataset\":\"\\ud800\"}")]
    [InlineData("{\"\\ud800\":\"fruits\"}")]
    [InlineData("{\"dataset\":\"fruits\"} more")]
    public void What_is_not_there_or_cannot_be_read_is_null(string text)
    {
        Assert.Null(JsonText.TryReadObject(text).At("dataset").AsText());
        Assert.Null(JsonText.TryReadObject(Encoding.UTF8.GetBytes(text)).At("dataset").AsText());
        Assert.Null(JsonText.TryRead(Encoding.UTF8.GetBytes(text), ContractJson.Readable.DatasetLock)?.Run);
    }

    [Fact]
    public void What_else_is_in_an_object_is_read_and_can_be_written_again()
    {
        var read = JsonText.TryReadObject("""{"dataset":"fruits","\ud800":1,"run":"a","run":"b","list":["\udfff",{"x":1,"x":2},2.50,true,null]}""");

        Assert.Equal("""{"dataset":"fruits","list":[null,{},2.50,true,null]}""", read!.ToJsonString());
        Assert.True(JsonText.IsClear(read));
        Assert.False(JsonText.IsClear(JsonNode.Parse("""{"run":"a","run":"b"}""")));
        Assert.False(JsonText.IsClear(JsonNode.Parse("""["\ud800"]""")));
    }

    [Fact]
    public void A_member_of_a_member_is_found()
    {
        var node = JsonText.TryReadObject("""{"open": {"run": "one", "images": 12.5}}""");

        Assert.Equal("one", node.At("open", "run").AsText());
        Assert.Equal(12.5m, node.At("open", "images").AsNumber());
        Assert.Null(node.At("open", "run", "more"));
        Assert.Null(((JsonNode?)null).At("open"));
    }

    [Fact]
    public void A_text_to_show_is_one_short_line()
        => Assert.Equal(@"two\u000alines", JsonText.TryReadObject("""{"a": "two\nlines"}""").At("a").AsLine(20));
}
