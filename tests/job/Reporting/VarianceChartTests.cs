using System.Globalization;
using Pomona.Job.Reporting;

namespace Pomona.Job.Tests.Reporting;

public sealed class VarianceChartTests
{
    [Theory]
    [InlineData(340, 220)]
    [InlineData(960, 320)]
    [InlineData(960, 900)]
    public void The_texts_of_the_thresholds_never_stand_on_each_other(int width, int height)
    {
        var texts = VarianceChart.Draw("wide", [0.4, 0.3, 0.1], width, height).Thresholds
            .Select(label => double.Parse(label.TextAt, CultureInfo.InvariantCulture)).Order().ToArray();

        Assert.All(texts.Zip(texts.Skip(1)), pair => Assert.True(pair.Second - pair.First >= 12.9, $"{pair}"));
    }
}
