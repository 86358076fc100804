using Pomona.Contracts;

namespace Pomona.Contracts.Tests;

public sealed class DatasetNameTests
{
    [Theory]
    [InlineData("fruits")]
    [InlineData("Fruits_360-v2")]
    [InlineData("0")]
    [InlineData("a123456789012345678901234567890123456789")]
    public void Letters_digits_dashes_and_underscores_are_a_name(string text)
        => Assert.Equal(text, DatasetName.Parse(text).Value);

    [Theory]
    [InlineData("")]
    [InlineData("-fruits")]
    [InlineData("fruits/apples")]
    [InlineData("fruits\n")]
    [InlineData("..")]
    [InlineData("$(reboot)")]
    [InlineData("früchte")]
    [InlineData("a1234567890123456789012345678901234567890")]
    public void Anything_that_could_break_a_key_or_a_command_line_is_refused(string text)
    {
        Assert.False(DatasetName.TryParse(text, out _));
        Assert.Contains("is not a data set name", Assert.Throws<FormatException>(() => DatasetName.Parse(text)).Message,
            StringComparison.Ordinal);
    }
}
