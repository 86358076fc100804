using Pomona.Contracts;

namespace Pomona.Job.Reporting;

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
        var most = content.Totals.ImagesPerLabel.Values.DefaultIfEmpty().Max();
        var rows = content.Totals.ImagesPerLabel.Keys.Union(content.Totals.RejectedPerLabel.Keys, StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Take(MostRows)
            .Select(label =>
            {
                var images = content.Totals.ImagesPerLabel.GetValueOrDefault(label);
                return new ClassRow(
                    Printable.Excerpt(label, 260),
                    marks.GetValueOrDefault(label),
                    ShownNumbers.Count(images),
                    ShownNumbers.Bar(images, most),
                    ShownNumbers.Count(content.Totals.RejectedPerLabel.GetValueOrDefault(label)));
            })
            .ToArray();
        var showsRejected = content.Totals.RejectedPerLabel.Count > 0;
        return rows.Length <= OpenRows + 6
            ? [new ClassTable(null, showsRejected, rows)]
            :
            [
                new ClassTable(null, showsRejected, rows[..OpenRows]),
                new ClassTable(ShownNumbers.Count(rows.Length - OpenRows, "more class", "more classes"), showsRejected, rows[OpenRows..]),
            ];
    }
}

/// <summary>A class in the table of classes.</summary>
internal sealed record ClassRow(string Name, ClassMark? Mark, string Images, string Bar, string Rejected);
