using Pomona.Job.Reporting;

namespace Pomona.Job.Tests.Reporting;

public sealed class VarianceReachTests
{
    private static readonly double[] Shares = [0.8, 0.9, 0.95];

    [Fact]
    public void Each_share_names_the_fewest_components_that_keep_it()
    {
        Assert.Equal(
            ["80\u00A0% with the first component", "90\u00A0% with the first 2 components", "95\u00A0% with the first 4 components"],
            Shown([0.8, 0.1, 0.04, 0.01, 0.05]));
        Assert.Null(VarianceReach.Unreached([0.8, 0.1, 0.04, 0.01, 0.05], Shares));
    }

    [Fact]
    public void A_share_that_rounding_alone_misses_is_reached()
        => Assert.Equal(
            ["80\u00A0% with the first 8 components", "90\u00A0% with the first 9 components", "95\u00A0% with the first 10 components"],
            Shown([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]));

    [Fact]
    public void Shares_that_the_components_do_not_keep_are_said_to_be_out_of_reach()
    {
        Assert.Equal(["80\u00A0% with the first 2 components"], Shown([0.5, 0.35]));
        var unreached = VarianceReach.Unreached([0.5, 0.35], Shares)!;
        Assert.Equal("90\u00A0%, 95\u00A0%", unreached.Share);
        Assert.Equal("not reached: all 2 keep 85.0\u00A0%", unreached.Text);
    }

    [Fact]
    public void Without_components_there_is_nothing_to_say()
    {
        Assert.Empty(Shown([]));
        Assert.Null(VarianceReach.Unreached([], Shares));
    }

    private static IEnumerable<string> Shown(double[] ratios)
        => VarianceReach.Reached(ratios, Shares).Select(reach => $"{reach.Share} {reach.Text}");
}
