using System.Globalization;
using System.Text;
using HandlebarsDotNet;
using Pomona.Contracts;
using Pomona.Job.Evaluation;
using Pomona.Job.Reporting.View;

namespace Pomona.Job.Reporting;

/// <summary>
/// Writes report.html: one page that needs nothing else, allows itself no network (content security policy), can be read
/// without JavaScript, and stays within a few megabytes whatever the run's size. Every foreign text is made printable
/// (<see cref="Printable"/>) and escaped by the template.
/// </summary>
internal static class ReportPage
{
    private const int MostRejected = 200;
    private const int MostReasons = 20;

    /// <summary>Writes the page.</summary>
    /// <param name="content">The run.</param>
    /// <param name="utf8">Takes the page; left open.</param>
    public static void Write(ReportContent content, Stream utf8)
    {
        var handlebars = Handlebars.Create(new HandlebarsConfiguration
        {
            TextEncoder = new HtmlEncoder(),
            ThrowOnUnresolvedBindingExpression = true,
            FormatProvider = CultureInfo.InvariantCulture,
        });
        using var template = new StringReader(PageFiles.Read("report.html"));
        using var writer = new StreamWriter(utf8, new UTF8Encoding(false), leaveOpen: true);
        handlebars.Compile(template)(writer, View(content));
    }

    private static PageView View(ReportContent content)
    {
        var style = PageFiles.Read("report.css");
        var script = PageFiles.Read("report.js");
        var ratios = content.ExplainedVarianceRatio;
        var labels = content.Sample.Select(image => image.Label).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal).ToArray();
        var marks = labels.Select((label, i) => (label, i))
            .ToDictionary(pair => pair.label, pair => ClassMark.Of(pair.i), StringComparer.Ordinal);
        var hasMap = content.Sample.Count > 0 && content.Sample[0].Components.Length > 0;
        var separation = content.Separation;
        return new PageView
        {
            StyleHash = PageFiles.PolicyHash(style),
            ScriptHash = PageFiles.PolicyHash(script),
            Style = style,
            Script = script,
            Data = hasMap ? MapData.Write(content.Sample, labels, ratios) : "{}",
            Dataset = Printable.Excerpt(content.Dataset),
            Run = Printable.Excerpt(content.Run),
            Finished = content.FinishedAt.UtcDateTime.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture),
            FinishedIso = content.FinishedAt.UtcDateTime.ToString("s", CultureInfo.InvariantCulture) + "Z",
            Headline = Headline(content),
            Figures = [.. Figures(content)],
            ClassesText = ClassesText(content),
            ClassTables = ClassTable.Of(content, marks),
            ClassesNote = ClassesNote(content, marks.Count),
            VarianceText = VarianceText(content),
            HasComponents = ratios.Length > 0,
            Reaches = VarianceReach.Reached(ratios, VarianceChart.Shares),
            Unreached = VarianceReach.Unreached(ratios, VarianceChart.Shares),
            VarianceCharts = ratios.Length == 0
                ? []
                : [VarianceChart.Draw("wide", ratios, 960, 340), VarianceChart.Draw("narrow", ratios, 340, 260)],
            VarianceRows = VarianceRow.Of(ratios),
            HasMap = hasMap,
            Map = hasMap ? ImageMap.Draw(content.Sample, labels) : null,
            MapText = hasMap
                ? "Each mark is an image. Images that the network finds alike lie close together; classes that it tells apart "
                    + "form islands. Point at a mark, touch it, or walk with the arrow keys to see which it is."
                : "There are no components to draw a map with.",
            MapNote = hasMap ? MapNote(content, labels.Length) : null,
            MapDescription = $"Map of {ShownNumbers.Count(content.Sample.Count, "image", "images")}.",
            MapAcross = ratios.Length > 0 ? $"→ Component 1, {ShownNumbers.Percent(ratios[0])} of the variance" : "",
            MapUp = ratios.Length > 1 ? $"↑ Component 2, {ShownNumbers.Percent(ratios[1])} of the variance" : "↑ one row per class",
            SeparationText = SeparationText(content),
            Scores = separation is null
                ? []
                : [.. separation.Scores.Select(score => new ScoreRow(
                    score.Classifier, score.Input, ShownNumbers.Percent(score.Accuracy),
                    ShownNumbers.Bar(score.Accuracy, 1), ShownNumbers.Percent(score.Spread)))],
            MajorityBar = ShownNumbers.Place(100 * (separation?.MajorityAccuracy ?? 0)),
            SeparationNote = separation is null ? "" : SeparationNote(separation),
            Confusions = separation is null
                ? []
                : [.. separation.Scores.Select((score, i) => ConfusionMatrix.Of(score, separation.Classes, open: i == 0))],
            RejectedText = RejectedText(content),
            RejectReasons = [.. Reasons(content)],
            Rejected = [.. content.RejectedExcerpt.Take(MostRejected)
                .Select(image => new NamedText(Printable.Excerpt(image.Image, 260), Printable.Excerpt(image.Reason, 300)))],
            RejectedSummary = content.RejectedExcerpt.Count < content.RejectedCount || content.RejectedExcerpt.Count > MostRejected
                ? $"{ShownNumbers.Count(Math.Min(MostRejected, content.RejectedExcerpt.Count))} of them"
                : "Which ones",
            RejectedOpen = content.RejectedExcerpt.Count <= 20,
            Timings = TimingRow.Of(content.Timings),
            Model = Named(content.Model),
            Settings = Named(content.Settings),
            SampleText = SampleText(content),
        };
    }

    private static string Headline(ReportContent content)
    {
        var what = $"{ShownNumbers.Count(content.Images, "image", "images")} of "
            + ShownNumbers.Count(content.ImagesPerLabel.Count, "class", "classes");
        var ratios = content.ExplainedVarianceRatio;
        var kept = ratios.Length == 0
            ? $"became {ShownNumbers.Count(content.FeatureWidth, "number", "numbers")}{(content.Images == 1 ? "" : " each")}"
            : $"became {ShownNumbers.Count(ratios.Length, "number", "numbers")} each, which {(ratios.Length == 1 ? "keeps" : "keep")} "
                + $"{ShownNumbers.Percent(Math.Min(1, ratios.Sum()))} of what varies between them";
        var rejected = content.RejectedCount == 0 ? "" : $"; {ShownNumbers.Count(content.RejectedCount)} could not be read";
        return $"{what} {kept}{rejected}.";
    }

    private static IEnumerable<NamedText> Figures(ReportContent content)
    {
        yield return new NamedText(content.Images == 1 ? "image" : "images", ShownNumbers.Count(content.Images));
        yield return new NamedText(
            content.ImagesPerLabel.Count == 1 ? "class" : "classes", ShownNumbers.Count(content.ImagesPerLabel.Count));
        yield return new NamedText("rejected", ShownNumbers.Count(content.RejectedCount));
        if (content.ExplainedVarianceRatio.Length > 0)
        {
            yield return new NamedText(
                content.ExplainedVarianceRatio.Length == 1 ? "component" : "components",
                ShownNumbers.Count(content.ExplainedVarianceRatio.Length),
                $"of {ShownNumbers.Count(content.FeatureWidth)} features");
        }

        if (content.Separation is { } separation)
        {
            var best = separation.Scores.MaxBy(score => score.Accuracy)!;
            yield return new NamedText("classified rightly", ShownNumbers.Percent(best.Accuracy), "by the best classifier");
        }

        if (content.Timings.Count > 0)
            yield return new NamedText("from first to last stage", ShownNumbers.Duration(content.Timings.Sum(stage => stage.Seconds)));
    }

    private static string ClassesText(ReportContent content)
    {
        var counts = content.ImagesPerLabel;
        if (counts.Count == 1)
            return content.Images == 1 ? "There is one image." : $"All {ShownNumbers.Count(content.Images)} images are of one class.";

        var (least, most) = (counts.MinBy(label => label.Value), counts.MaxBy(label => label.Value));
        return least.Value == most.Value
            ? $"Every class has {ShownNumbers.Count(most.Value, "image", "images")}."
            : $"The largest class, {Printable.Excerpt(most.Key, 80)}, has {ShownNumbers.Count(most.Value, "image", "images")}; "
                + $"the smallest, {Printable.Excerpt(least.Key, 80)}, has {ShownNumbers.Count(least.Value)}.";
    }

    private static string? ClassesNote(ReportContent content, int onTheMap)
    {
        var all = content.ImagesPerLabel.Keys.Union(content.RejectedPerLabel.Keys, StringComparer.Ordinal).Count();
        var notes = new List<string>();
        if (all > ClassTable.MostRows)
            notes.Add($"{ShownNumbers.Count(all - ClassTable.MostRows)} further classes are not listed.");
        if (onTheMap < content.ImagesPerLabel.Count)
            notes.Add("Classes without a mark are not in the sample that the map shows.");
        return notes.Count == 0 ? null : string.Join(' ', notes);
    }

    private static string VarianceText(ReportContent content)
        => content.ExplainedVarianceRatio switch
        {
            [] => "Nothing varies between the images, or there is only one: there are no components.",
            [var only] => $"The {ShownNumbers.Count(content.FeatureWidth)} features, scaled to equal weight, were reduced to a single "
                + $"component, which keeps {ShownNumbers.Percent(only)} of their variance.",
            var ratios => $"The {ShownNumbers.Count(content.FeatureWidth)} features, scaled to equal weight, were reduced to "
                + $"{ShownNumbers.Count(ratios.Length)} components, which together keep "
                + $"{ShownNumbers.Percent(Math.Min(1, ratios.Sum()))} of their variance.",
        };

    private static string? MapNote(ReportContent content, int labels)
    {
        var notes = new List<string>();
        if (!content.SampleIsEverything)
        {
            notes.Add($"The map shows {ShownNumbers.Count(content.Sample.Count)} of {ShownNumbers.Count(content.Images)} images: "
                + $"a random sample with an equal share of each class (seed {content.SampleSeed.ToString(CultureInfo.InvariantCulture)}).");
        }

        if (labels < content.ImagesPerLabel.Count)
        {
            notes.Add($"It holds {ShownNumbers.Count(labels)} of {ShownNumbers.Count(content.ImagesPerLabel.Count)} classes, "
                + "chosen at random.");
        }

        var pictures = content.Sample.Count(image => image.ThumbnailJpeg is { Length: > 0 });
        if (pictures < content.Sample.Count)
            notes.Add($"{(pictures == 0 ? "None" : ShownNumbers.Count(pictures))} of its images {(pictures == 1 ? "carries its" : "carry their")} picture.");
        if (content.Sample[0].Components.Length > MapData.MostComponents)
            notes.Add($"Only the first {MapData.MostComponents} components can be chosen.");
        if (labels > 64)
            notes.Add("Beyond 64 classes the marks repeat.");
        return notes.Count == 0 ? null : string.Join(' ', notes);
    }

    private static string SeparationText(ReportContent content)
    {
        if (content.Separation is not { } separation)
            return $"Not measured. {content.SeparationSkippedBecause}".TrimEnd();

        var best = separation.Scores.MaxBy(score => score.Accuracy)!;
        return $"Given only the numbers of an image that it has not seen before, the best of the classifiers below names the right one of "
            + $"{ShownNumbers.Count(separation.Classes.Count)} classes {ShownNumbers.Percent(best.Accuracy)} of the time; always naming "
            + $"the largest class would be right {ShownNumbers.Percent(separation.MajorityAccuracy)} of the time (the dashed line).";
    }

    private static string SeparationNote(SeparationReport separation)
    {
        var leftOut = separation.LeftOutClasses.Count == 0
            ? ""
            : $" Left out, for having fewer than {separation.Folds} images in the sample: "
                + Named(separation.LeftOutClasses) + ".";
        return $"Stratified {separation.Folds}-fold cross-validation on {ShownNumbers.Count(separation.Images)} images. Inputs are "
            + "standardised within each fold by its training part. The components come from the whole run's PCA, which never sees a "
            + $"class; the softmax classifier is multinomial logistic regression with an L2 penalty (C = 1).{leftOut}";
    }

    private static string Named(IReadOnlyList<string> labels)
    {
        const int Most = 8;
        var named = string.Join(", ", labels.Take(Most).Select(label => Printable.Excerpt(label, 60)));
        return labels.Count <= Most ? named : $"{named} and {ShownNumbers.Count(labels.Count - Most)} more";
    }

    private static string RejectedText(ReportContent content)
    {
        var skipped = content.SkippedFiles == 0
            ? ""
            : $" {ShownNumbers.Count(content.SkippedFiles, "other file was", "other files were")} passed over, not being images by name.";
        return (content.RejectedCount == 0
            ? "None: every image could be read."
            : $"{ShownNumbers.Count(content.RejectedCount, "image", "images")} of "
                + $"{ShownNumbers.Count(content.Images + content.RejectedCount)} gave no features. All of them, with their reasons, are in "
                + $"{RunLayout.Rejected} beside this page.") + skipped;
    }

    private static IEnumerable<NamedBar> Reasons(ReportContent content)
    {
        var most = content.RejectReasons.Values.DefaultIfEmpty().Max();
        var ordered = content.RejectReasons.OrderByDescending(reason => reason.Value).ThenBy(reason => reason.Key, StringComparer.Ordinal);
        foreach (var reason in ordered.Take(MostReasons))
            yield return Bar(Printable.Excerpt(reason.Key, 300), reason.Value);
        if (content.RejectReasons.Count > MostReasons)
            yield return Bar("other reasons", ordered.Skip(MostReasons).Sum(reason => reason.Value));

        NamedBar Bar(string name, long images) => new(name, ShownNumbers.Count(images), ShownNumbers.Bar(images, most));
    }

    private static string SampleText(ReportContent content)
        => content.SampleIsEverything
            ? "The map and the classifiers use every image of the run."
            : $"The map and the classifiers use a stratified sample of {ShownNumbers.Count(content.Sample.Count)} of "
                + $"{ShownNumbers.Count(content.Images)} images, taken with seed "
                + $"{content.SampleSeed.ToString(CultureInfo.InvariantCulture)}; all other numbers are of the whole run.";

    private static NamedText[] Named(IReadOnlyList<(string Name, string Value)> facts)
        => [.. facts.Select(fact => new NamedText(Printable.Excerpt(fact.Name), Printable.Excerpt(fact.Value, 400)))];
}
