using System.Globalization;

namespace Pomona.Job.Reporting;

/// <summary>The explained variance as SVG: a bar for each component, a line for all up to it.</summary>
internal sealed record VarianceChart(
    string Kind,
    int Width,
    int Height,
    int Left,
    int Right,
    int Bottom,
    string Middle,
    string DotRadius,
    string Description,
    IReadOnlyList<ChartLabel> Gridlines,
    IReadOnlyList<ChartLabel> Thresholds,
    IReadOnlyList<ChartShape> Bars,
    IReadOnlyList<ChartShape> Dots,
    IReadOnlyList<ChartLabel> Numbers,
    string Cumulative)
{
    private const int Top = 12;
    private const int TextHeight = 13;

    private static readonly int[] NumberSteps = [1, 2, 5, 10, 20, 25, 50, 100, 200, 500];
    private static readonly double[] Gridlined = [0, 0.25, 0.5, 0.75, 1];

    /// <summary>Shares of the variance that readers ask for.</summary>
    public static IReadOnlyList<double> Shares { get; } = [0.8, 0.9, 0.95];

    /// <param name="kind">The CSS class that decides when it is shown: wide or narrow.</param>
    /// <param name="ratios">Each component's share, 0 to 1; at least one.</param>
    /// <param name="width">Of the drawing, in pixels at its natural size.</param>
    /// <param name="height">Of the drawing.</param>
    public static VarianceChart Draw(string kind, IReadOnlyList<double> ratios, int width, int height)
    {
        const int Left = 46;
        var right = width - 40;
        var bottom = height - 40;
        var slot = (double)(right - Left) / ratios.Count;
        var bar = Math.Min(48, slot * 0.74);
        double X(int component) => Left + ((component + 0.5) * slot);
        double Y(double share) => bottom - (Math.Clamp(share, 0, 1) * (bottom - Top));

        var cumulative = new double[ratios.Count];
        for (var k = 0; k < ratios.Count; k++)
            cumulative[k] = ratios[k] + (k > 0 ? cumulative[k - 1] : 0);
        var every = NumberSteps.First(step => step * slot >= 26 || step == 500);

        return new VarianceChart(
            kind,
            width,
            height,
            Left,
            right,
            bottom,
            ShownNumbers.Place((Left + right) / 2.0),
            ShownNumbers.Place(Math.Clamp(slot * 0.28, 1, 3.5)),
            $"{ShownNumbers.Count(ratios.Count, "component keeps", "components keep")} {ShownNumbers.Percent(cumulative[^1])} "
                + "of the variance; the numbers are in the table below.",
            [.. Gridlined.Select(share => Label(Y(share), share))],
            ThresholdLabels(Y),
            [.. ratios.Select((ratio, k) => new ChartShape(
                ShownNumbers.Place(X(k) - (bar / 2)),
                ShownNumbers.Place(Y(ratio)),
                ShownNumbers.Place(bar),
                ShownNumbers.Place(bottom - Y(ratio)),
                $"Component {k + 1}: {ShownNumbers.Percent(ratio)}"))],
            [.. cumulative.Take(ratios.Count <= 100 ? 100 : 0).Select((share, k) => new ChartShape(
                ShownNumbers.Place(X(k)), ShownNumbers.Place(Y(share)), "", "", $"Up to component {k + 1}: {ShownNumbers.Percent(share)}"))],
            [.. Enumerable.Range(1, ratios.Count).Where(k => k == 1 || (k % every == 0 && (k - 1) * slot >= 24))
                .Select(k => new ChartLabel(ShownNumbers.Place(X(k - 1)), k.ToString(CultureInfo.InvariantCulture), string.Empty))],
            string.Join(' ', cumulative.Select((share, k) => $"{ShownNumbers.Place(X(k))},{ShownNumbers.Place(Y(share))}")));

        static ChartLabel Label(double at, double share) => LabelAt(at, share, at);
    }

    // The highest line's text stands at its line, each lower one's at its own line or just below the one before.
    private static List<ChartLabel> ThresholdLabels(Func<double, double> y)
    {
        var labels = new List<ChartLabel>();
        var free = double.NegativeInfinity;
        foreach (var share in Shares.OrderDescending())
        {
            var text = Math.Max(y(share), free);
            labels.Add(LabelAt(y(share), share, text));
            free = text + TextHeight;
        }

        return labels;
    }

    private static ChartLabel LabelAt(double at, double share, double textAt)
        => new(ShownNumbers.Place(at), (100 * share).ToString("F0", CultureInfo.InvariantCulture) + "\u00A0%", ShownNumbers.Place(textAt));
}

/// <summary>A text beside a chart's axis.</summary>
/// <param name="At">Its coordinate along the axis.</param>
/// <param name="Text">What it says.</param>
/// <param name="TextAt">Where the text stands when another one is in its way.</param>
internal sealed record ChartLabel(string At, string Text, string TextAt);

/// <summary>A bar or a dot of a chart, in SVG coordinates; a dot has no size of its own.</summary>
internal sealed record ChartShape(string X, string Y, string Width, string Height, string Title);
