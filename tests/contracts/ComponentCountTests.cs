using System.Text.Json;

namespace Pomona.Contracts.Tests;

public sealed class ComponentCountTests
{
    [Theory]
    [InlineData("1", 1, null, "1")]
    [InlineData("50", 50, null, "50")]
    [InlineData("1280", 1280, null, "1280")]
    [InlineData("0.95", null, 0.95, "0.95")]
    [InlineData(".95", null, 0.95, "0.95")]
    [InlineData("95%", null, 0.95, "0.95")]
    [InlineData("99.9%", null, 0.999, "0.999")]
    [InlineData("0.5%", null, 0.005, "0.005")]
    [InlineData("0.000001", null, 0.000001, "0.000001")]
    public void A_number_or_a_share_of_the_variance_is_read_and_written_in_one_way(string text, int? count, double? share, string written)
    {
        Assert.True(ComponentCount.TryParse(text, 1280, out var read));
        Assert.Equal((count, share, written), (read.Count, read.Share, read.ToString()));
        Assert.True(ComponentCount.TryParse(written, 1280, out var again));
        Assert.Equal(read, again);
        Assert.Equal(written, JsonSerializer.Serialize(read));
        Assert.Equal(read, JsonSerializer.Deserialize<ComponentCount>(written));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1281")]
    [InlineData("1.0")]
    [InlineData("0.0")]
    [InlineData("0%")]
    [InlineData("100%")]
    [InlineData("%")]
    [InlineData(".")]
    [InlineData("5.")]
    [InlineData("0,95")]
    [InlineData("1e-1")]
    [InlineData("0.95 ")]
    [InlineData("0.9%5")]
    [InlineData("fifty")]
    [InlineData("9999999999999999999999999999")]
    public void Anything_else_is_not_read(string? text) => Assert.False(ComponentCount.TryParse(text, 1280, out _));
}
