using Pomona.Job.Reporting;

namespace Pomona.Job.Tests.Reporting;

public sealed class ShownNumbersTests
{
    [Theory]
    [InlineData(0, "0 %")]
    [InlineData(0.00001, "< 0.1 %")]
    [InlineData(0.7312, "73.1 %")]
    [InlineData(0.99996, "> 99.9 %")]
    [InlineData(1, "100 %")]
    public void A_share_is_never_rounded_to_none_or_all(double share, string shown)
        => Assert.Equal(shown, ShownNumbers.Percent(share).Replace('\u00A0', ' '));

    [Theory]
    [InlineData(0.031, "0.03 s")]
    [InlineData(0.996, "1.0 s")]
    [InlineData(12.34, "12.3 s")]
    [InlineData(59.97, "1 min 00 s")]
    [InlineData(200.4, "3 min 20 s")]
    [InlineData(7_499, "2 h 04 min")]
    [InlineData(180_000, "50 h 00 min")]
    public void Durations_are_as_fine_as_they_are_long(double seconds, string shown)
        => Assert.Equal(shown, ShownNumbers.Duration(seconds).Replace('\u00A0', ' '));
}
