using Pomona.Contracts;
using Pomona.Job.Evaluation;

namespace Pomona.Job.Reporting;

/// <summary>The sample on its first two components, as drawn before JavaScript takes over.</summary>
internal sealed record ImageMap(
    int Width,
    int Height,
    string ZeroX,
    string ZeroY,
    IReadOnlyList<MapPoint> Points,
    IReadOnlyList<LegendEntry> Legend)
{
    private const int Margin = 22;

    /// <param name="sample">The images, each with at least one component.</param>
    /// <param name="labels">Their classes, in the order of their marks.</param>
    public static ImageMap Draw(IReadOnlyList<ReportSample> sample, IReadOnlyList<string> labels)
    {
        const int Width = 720;
        const int Height = 480;
        var marks = labels.Select((label, i) => (label, i)).ToDictionary(pair => pair.label, pair => pair.i, StringComparer.Ordinal);
        // With a single component, the classes make the rows.
        var xs = sample.Select(image => (double)image.Components[0]).ToArray();
        var ys = sample.Select(image => image.Components.Length > 1 ? image.Components[1] : -(double)marks[image.Label]).ToArray();
        var across = new Scale(xs, Margin, Width - Margin);
        var up = new Scale(ys, Height - Margin, Margin);
        var counts = sample.GroupBy(image => image.Label, StringComparer.Ordinal)
            .ToDictionary(label => label.Key, label => label.Count(), StringComparer.Ordinal);
        return new ImageMap(
            Width,
            Height,
            ShownNumbers.Place(across.At(0)),
            ShownNumbers.Place(up.At(0)),
            [.. sample.Select((image, i) => new MapPoint(
                ClassMark.Of(marks[image.Label]), ShownNumbers.Place(across.At(xs[i])), ShownNumbers.Place(up.At(ys[i]))))],
            [.. labels.Select((label, i) => new LegendEntry(
                ClassMark.Of(i), Printable.Excerpt(label, 80), ShownNumbers.Count(counts[label])))]);
    }

    private readonly struct Scale
    {
        private readonly double _low;
        private readonly double _from;
        private readonly double _unit;

        public Scale(double[] values, double from, double to)
        {
            var (low, high) = (values.Min(), values.Max());
            if (high <= low)
                (low, high) = (low - 1, high + 1);
            (_low, _from, _unit) = (low, from, (to - from) / (high - low));
        }

        public double At(double value) => _from + ((value - _low) * _unit);
    }
}

/// <summary>An image on the map as it is without JavaScript: component 1 across, component 2 up.</summary>
internal sealed record MapPoint(ClassMark Mark, string X, string Y);

/// <summary>A class in the map's legend, with its images in the sample.</summary>
internal sealed record LegendEntry(ClassMark Mark, string Name, string Count);

/// <summary>
/// How a class is drawn on the map: a shape and a colour, so that it can be told without colour vision too. 64 classes look
/// different; after that the marks repeat.
/// </summary>
/// <param name="Shape">Index into <see cref="Shapes"/>.</param>
/// <param name="Colour">0 to 7: a class of report.css.</param>
internal sealed record ClassMark(int Shape, int Colour)
{
    /// <summary>SVG paths around the origin, of about equal area.</summary>
    public static IReadOnlyList<string> Shapes { get; } =
    [
        "M4.6 0A4.6 4.6 0 1 1-4.6 0A4.6 4.6 0 1 1 4.6 0Z",
        "M-4.1-4.1H4.1V4.1H-4.1Z",
        "M0-5.8L5.4 4H-5.4Z",
        "M0-6L5.2 0L0 6L-5.2 0Z",
        "M-1.9-5.4H1.9V-1.9H5.4V1.9H1.9V5.4H-1.9V1.9H-5.4V-1.9H-1.9Z",
        "M0 5.8L5.4-4H-5.4Z",
        "M0-6.4L1.8-2.2L6.1-2L2.8 .9L3.9 5.2L0 2.8L-3.9 5.2L-2.8 .9L-6.1-2L-1.8-2.2Z",
        "M-5.2-2.6L-2.6-5.2L0-2.6L2.6-5.2L5.2-2.6L2.6 0L5.2 2.6L2.6 5.2L0 2.6L-2.6 5.2L-5.2 2.6L-2.6 0Z",
    ];

    /// <summary>The mark of the class with this index: every eighth class the shapes move on by one against the colours.</summary>
    public static ClassMark Of(int index) => new((index + (index / 8)) % 8, index % 8);
}
