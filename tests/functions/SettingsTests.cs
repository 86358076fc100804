using Pomona.Functions.Hosting;

namespace Pomona.Functions.Tests;

public sealed class SettingsTests
{
    [Theory]
    [InlineData("POMONA_COMPONENTS", "0")]
    [InlineData("POMONA_COMPONENTS", "fifty")]
    [InlineData("POMONA_COMPONENTS", "-1")]
    public void An_impossible_value_is_one_sentence_that_names_the_variable(string name, string value)
    {
        var settings = new Settings(asked => asked == name ? value : null);

        var thrown = Assert.Throws<InvalidOperationException>(() => settings.Components);

        Assert.Contains($"{name} is '{value}': use a whole number from 1 to 1280", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_variable_is_named()
        => Assert.Contains("POMONA_BUCKET is missing", Assert.Throws<InvalidOperationException>(
            () => new Settings(_ => null).Bucket).Message, StringComparison.Ordinal);

    [Fact]
    public void Everything_but_names_has_a_default()
    {
        var settings = new Settings(name => name == "POMONA_SUBNETS" ? "subnet-1, subnet-2" : null);

        Assert.Equal(60, settings.Sizing.ImagesPerVcpuSecond);
        Assert.Equal(["subnet-1", "subnet-2"], settings.Cluster.Subnets);
        Assert.Null(settings.Cluster.KeyName);
        Assert.Equal("USD", settings.Prices.Currency);
    }
}
