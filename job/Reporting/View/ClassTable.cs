using Pomona.Contracts;

namespace Pomona.Job.Reporting.View;

/// <summary>A table of classes: the first one open, a second one, when there are many classes, behind its summary.</summary>
internal sealed record ClassTable(string? Summary, bool ShowsRejected, IReadOnlyList<ClassRow> Rows)
{
    /// <summary>The page lists no more classes than this.</summary>
    public const int MostRows = 1_000;

    private const int OpenRows = 24;

    /// <summary>The tables of a run's classes, by name.</summary>
    /// <param name="content">The run.</param>
    /// <param name="marks">The marks of the classes that are on the map.</param>
    public static IReadOnlyList<ClassTable> Of(ReportContent content, IReadOnlyDictionary<string, ClassMark> marks)
    {
        var most = content.ImagesPerLabel.Values.DefaultIfEmpty().Max();
        var rows = content.ImagesPerLabel.Keys.Union(content.RejectedPerLabel.Keys, StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Take(MostRows)
            .Select(label =>
            {
                var images = content.ImagesPerLabel.GetValueOrDefault(label);
                return new ClassRow(
                    Printable.Excerpt(label, 260),
                    marks.GetValueOrDefault(label),
                    ShownNumbers.Count(images),
                    ShownNumbers.Bar(images, most),
                    ShownNumbers.Count(content.RejectedPerLabel.GetValueOrDefault(label)));
            })
            .ToArray();
        var showsRejected = content.RejectedPerLabel.Count > 0;
        return rows.Length <= OpenRows + 6
            ? [new ClassTable(null, showsRejected, rows)]
            :
            [
                new ClassTable(null, showsRejected, rows[..OpenRows]),
                new ClassTable($"{ShownNumbers.Count(rows.Length - OpenRows)} more classes", showsRejected, rows[OpenRows..]),
            ];
    }
}
