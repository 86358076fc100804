using System.Globalization;
using System.Text;
using HandlebarsDotNet;
using Pomona.Contracts;
using Pomona.Job.Evaluation;
using Pomona.Job.Runs;

namespace Pomona.Job.Reporting;

/// <summary>
/// Writes report.html: one page that needs nothing else, allows itself no network (content security policy), can be read
/// without JavaScript, and stays within a few megabytes whatever the run's size. Every foreign text is made printable
/// (<see cref="Printable"/>) and escaped by the template.
/// </summary>
internal static class ReportPage
{
    private const int MostReasons = 20;

    private static readonly Lazy<HandlebarsTemplate<TextWriter, object, object>> Template = new(Compile);

    /// <param name="content">The run.</param>
    /// <param name="utf8">Takes the page; left open.</param>
    public static void Write(ReportContent content, Stream utf8)
    {
        using var writer = new StreamWriter(utf8, new UTF8Encoding(false), leaveOpen: true);
        Template.Value(writer, View(content));
    }

    private static HandlebarsTemplate<TextWriter, object, object> Compile()
    {
        var handlebars = Handlebars.Create(new HandlebarsConfiguration
        {
            TextEncoder = new HtmlEncoder(),
            ThrowOnUnresolvedBindingExpression = true,
            FormatProvider = CultureInfo.InvariantCulture,
        });
        using var template = new StringReader(ReportFiles.Read("report.html"));
        return handlebars.Compile(template);
    }

    private static PageView View(ReportContent content)
    {
        var style = ReportFiles.Read("report.css");
        var script = ReportFiles.Read("report.js");
        var ratios = content.ExplainedVarianceRatio;
        var labels = content.Sample.Images.Select(image => image.Label).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal).ToArray();
        var marks = labels.Select((label, i) => (label, i))
            .ToDictionary(pair => pair.label, pair => ClassMark.Of(pair.i), StringComparer.Ordinal);
        var hasMap = content.Sample.Images.Count > 0 && content.Sample.Images[0].Components.Length > 0;
        var separation = content.Sample.Separation;
        return new PageView
        {
            StyleHash = ReportFiles.PolicyHash(style),
            ScriptHash = ReportFiles.PolicyHash(script),
            Style = style,
            Script = script,
            Data = hasMap ? MapData.Write(content.Sample.Images, labels, ratios) : "{}",
            Dataset = Printable.Excerpt(content.Name.Dataset),
            Run = Printable.Excerpt(content.Name.Run),
            Finished = content.FinishedAt.UtcDateTime.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture),
            FinishedIso = content.FinishedAt.UtcDateTime.ToString("s", CultureInfo.InvariantCulture) + "Z",
            Headline = ReportProse.Headline(content),
            Figures = [.. Figures(content)],
            ClassesText = ReportProse.Classes(content),
            ClassDoubts = content.Doubts is { } doubts ? [.. RunRemarks.OnClasses(doubts)] : [],
            ClassTables = ClassTable.Of(content, marks),
            ClassesNote = ReportProse.ClassesNote(content, marks.Count),
            VarianceText = ReportProse.Variance(content),
            HasComponents = ratios.Length > 0,
            Reaches = VarianceReach.Reached(ratios, VarianceChart.Shares),
            Unreached = VarianceReach.Unreached(ratios, VarianceChart.Shares),
            VarianceCharts = ratios.Length == 0
                ? []
                : [VarianceChart.Draw("wide", ratios, 960, 340), VarianceChart.Draw("narrow", ratios, 340, 260)],
            VarianceRows = VarianceRow.Of(ratios),
            HasMap = hasMap,
            Map = hasMap ? ImageMap.Draw(content.Sample.Images, labels) : null,
            MapText = hasMap
                ? "Each mark is an image. Images that the network finds alike lie close together; classes that it tells apart "
                    + "form islands. Point at a mark, touch it, or walk with the arrow keys to see which it is."
                : "There are no components to draw a map with.",
            MapNote = hasMap ? ReportProse.MapNote(content, labels.Length) : null,
            MapDescription = $"Map of {ShownNumbers.Count(content.Sample.Images.Count, "image", "images")}.",
            MapAcross = ratios.Length > 0 ? $"→ Component 1, {ShownNumbers.Percent(ratios[0])} of the variance" : "",
            MapUp = ratios.Length > 1 ? $"↑ Component 2, {ShownNumbers.Percent(ratios[1])} of the variance" : "↑ one row per class",
            SeparationText = ReportProse.Separation(content),
            ClassifierText = ReportProse.Classifier(content),
            Scores = separation is null
                ? []
                : [.. separation.Scores.Select(score => new ScoreRow(
                    score.Classifier, score.Input, ShownNumbers.Percent(score.Accuracy),
                    ShownNumbers.Bar(score.Accuracy, 1), ShownNumbers.Percent(score.Spread)))],
            MajorityBar = ShownNumbers.Place(100 * (separation?.MajorityAccuracy ?? 0)),
            SeparationNote = separation is null ? "" : ReportProse.SeparationNote(separation),
            Confusions = [.. Confusions(content)],
            QualityText = ReportProse.Quality(content),
            Quality = QualityView.Of(content.Quality),
            RejectedText = ReportProse.Rejected(content),
            RejectReasons = [.. Reasons(content)],
            Rejected = [.. content.Totals.Excerpt
                .Select(image => new NamedText(Printable.Excerpt(image.Image, 260), Printable.Excerpt(image.Reason, 300)))],
            RejectedSummary = content.Totals.Excerpt.Count < content.Totals.Rejected
                ? $"{ShownNumbers.Count(content.Totals.Excerpt.Count)} of them"
                : "Which ones",
            RejectedOpen = content.Totals.Excerpt.Count <= 20,
            Timings = TimingRow.Of(content.Timings),
            Model = Named(content.Model),
            Settings = Named(content.Settings),
            SampleText = ReportProse.Sample(content),
        };
    }

    /// <summary>Of the classifier on its test set first, then of the cross-validation; the first one is unfolded.</summary>
    private static IEnumerable<ConfusionMatrix> Confusions(ReportContent content)
    {
        var test = content.Classifier is { Classifier: { } classifier, Test: { } tested } && tested.Images > tested.UnknownImages
            ? ConfusionMatrix.Of(tested.Score, classifier.Labels, open: true)
            : null;
        if (test is not null)
            yield return test;
        if (content.Sample.Separation is not { } separation)
            yield break;
        for (var i = 0; i < separation.Scores.Count; i++)
            yield return ConfusionMatrix.Of(separation.Scores[i], separation.Classes, open: i == 0 && test is null);
    }

    private static IEnumerable<NamedText> Figures(ReportContent content)
    {
        yield return new NamedText(content.Totals.Images == 1 ? "image" : "images", ShownNumbers.Count(content.Totals.Images));
        yield return new NamedText(
            content.Totals.ImagesPerLabel.Count == 1 ? "class" : "classes", ShownNumbers.Count(content.Totals.ImagesPerLabel.Count));
        yield return new NamedText("rejected", ShownNumbers.Count(content.Totals.Rejected));
        if (content.ExplainedVarianceRatio.Length > 0)
        {
            yield return new NamedText(
                content.ExplainedVarianceRatio.Length == 1 ? "component" : "components",
                ShownNumbers.Count(content.ExplainedVarianceRatio.Length),
                $"of {ShownNumbers.Count(content.FeatureWidth)} features");
        }

        if (content.Classifier.Test is { Images: > 0 } test)
        {
            yield return new NamedText("classified rightly", ShownNumbers.Percent(test.Accuracy), $"of the test set {Printable.Excerpt(test.Folder, 40)}/");
        }
        else if (content.Sample.Separation is { } separation)
        {
            var best = separation.Scores.MaxBy(score => score.Accuracy)!;
            yield return new NamedText("classified rightly", ShownNumbers.Percent(best.Accuracy), "by the best classifier");
        }

        if (content.Timings.Count > 0)
            yield return new NamedText("from first to last stage", ShownNumbers.Duration(content.Timings.Sum(stage => stage.Seconds)));
    }

    private static IEnumerable<NamedBar> Reasons(ReportContent content)
    {
        var most = content.Totals.Reasons.Values.DefaultIfEmpty().Max();
        var ordered = content.Totals.Reasons.OrderBy(reason => reason.Key == RunTotals.OtherReasons).ThenByDescending(reason => reason.Value).ThenBy(reason => reason.Key, StringComparer.Ordinal);
        foreach (var reason in ordered.Take(MostReasons))
            yield return Bar(Printable.Excerpt(reason.Key, 300), reason.Value);
        if (content.Totals.Reasons.Count > MostReasons)
            yield return Bar(RunTotals.OtherReasons, ordered.Skip(MostReasons).Sum(reason => reason.Value));

        NamedBar Bar(string name, long images) => new(name, ShownNumbers.Count(images), ShownNumbers.Bar(images, most));
    }

    private static NamedText[] Named(IReadOnlyList<(string Name, string Value)> facts)
        => [.. facts.Select(fact => new NamedText(Printable.Excerpt(fact.Name), Printable.Excerpt(fact.Value, 400)))];
}
