using Pomona.Contracts;
using Pomona.Job.Evaluation;

namespace Pomona.Job.Reporting;

/// <summary>A classifier's confusion matrix as a heat table, with the classes it mixes up most.</summary>
internal sealed record ConfusionMatrix(
    bool Open,
    string Title,
    string Text,
    IReadOnlyList<MixUp> Worst,
    IReadOnlyList<string> Names,
    IReadOnlyList<ConfusionRow> Rows,
    string? Note)
{
    // What fits on a page; of more classes, the ones most often mixed up are shown.
    private const int MostClasses = 24;
    private const int MostMixUps = 6;

    /// <summary>The matrix of one score.</summary>
    /// <param name="score">What the classifier answered.</param>
    /// <param name="classes">The classes' names, in the matrix's order.</param>
    /// <param name="open">Whether it is unfolded at first.</param>
    public static ConfusionMatrix Of(ClassifierScore score, IReadOnlyList<string> classes, bool open)
    {
        var names = classes.Select(name => Printable.Excerpt(name, 80)).ToArray();
        var confusion = score.Confusion;
        var errors = new long[classes.Count];
        var mixUps = new List<(int Count, int Actual, int Taken)>();
        for (var actual = 0; actual < classes.Count; actual++)
        {
            for (var taken = 0; taken < classes.Count; taken++)
            {
                if (actual == taken || confusion[actual][taken] == 0)
                    continue;
                errors[actual] += confusion[actual][taken];
                errors[taken] += confusion[actual][taken];
                mixUps.Add((confusion[actual][taken], actual, taken));
            }
        }

        int[] shown = classes.Count <= MostClasses
            ? [.. Enumerable.Range(0, classes.Count)]
            : [.. Enumerable.Range(0, classes.Count).OrderByDescending(c => errors[c]).ThenBy(c => c).Take(MostClasses).Order()];
        var wrong = mixUps.Sum(mixUp => (long)mixUp.Count);
        var all = confusion.Sum(row => row.Sum(count => (long)count));
        return new ConfusionMatrix(
            open,
            $"{score.Classifier}, {score.Input}",
            wrong == 0
                ? $"All {ShownNumbers.Count(all)} images were taken for what they are."
                : $"{ShownNumbers.Count(wrong)} of {ShownNumbers.Count(all)} images were taken for another class.",
            [.. mixUps.OrderByDescending(mixUp => mixUp.Count).Take(MostMixUps)
                .Select(mixUp => new MixUp(ShownNumbers.Count(mixUp.Count), names[mixUp.Actual], names[mixUp.Taken]))],
            [.. shown.Select(c => names[c])],
            [.. shown.Select(actual => new ConfusionRow(
                names[actual], [.. shown.Select(taken => Cell(confusion[actual], actual, taken, names))]))],
            classes.Count <= MostClasses
                ? null
                : $"The {MostClasses} {(wrong == 0 ? "first" : "most often confused")} of {ShownNumbers.Count(classes.Count)} classes.");
    }

    private static ConfusionCell Cell(int[] row, int actual, int taken, string[] names)
    {
        var count = row[taken];
        if (count == 0)
            return new ConfusionCell(0, "nil", null);

        var share = (double)count / row.Sum();
        var right = actual == taken;
        var heat = right
            ? share switch { < 0.5 => 1, < 0.75 => 2, < 0.95 => 3, _ => 4 }
            : share switch { < 0.04 => 1, < 0.1 => 2, < 0.25 => 3, _ => 4 };
        return new ConfusionCell(
            count,
            (right ? "r" : "w") + heat,
            $"{ShownNumbers.Count(count)} ({ShownNumbers.Percent(share)}) of {names[actual]} "
                + (right ? "recognised" : $"taken for {names[taken]}"));
    }
}

/// <summary>A class of the confusion matrix and what its images were taken for.</summary>
internal sealed record ConfusionRow(string Name, IReadOnlyList<ConfusionCell> Cells);

/// <summary>A cell of the confusion matrix.</summary>
/// <param name="Count">Images.</param>
/// <param name="Style">nil, r1 to r4 on the diagonal, w1 to w4 off it: classes of report.css.</param>
/// <param name="Title">What the cell says in words; null where there is nothing to say.</param>
internal sealed record ConfusionCell(int Count, string Style, string? Title);

/// <summary>How many images of one class were taken for another.</summary>
internal sealed record MixUp(string Count, string Actual, string Taken);
