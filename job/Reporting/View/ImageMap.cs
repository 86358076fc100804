using Pomona.Contracts;
using Pomona.Job.Evaluation;

namespace Pomona.Job.Reporting.View;

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

    /// <summary>Draws it.</summary>
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
