using System.Globalization;
using Pomona.Contracts;
using Pomona.Job.Evaluation;
using Pomona.Job.Quality;

namespace Pomona.Job.Reporting;

internal static class ReportProse
{
    /// <summary>What happened, in one sentence.</summary>
    public static string Headline(ReportContent content)
    {
        var what = $"{ShownNumbers.Count(content.Totals.Images, "image", "images")} of "
            + ShownNumbers.Count(content.Totals.ImagesPerLabel.Count, "class", "classes");
        var ratios = content.ExplainedVarianceRatio;
        var kept = ratios.Length == 0
            ? $"became {ShownNumbers.Count(content.FeatureWidth, "number", "numbers")}{(content.Totals.Images == 1 ? "" : " each")}"
            : $"became {ShownNumbers.Count(ratios.Length, "number", "numbers")} each, which {(ratios.Length == 1 ? "keeps" : "keep")} "
                + $"{ShownNumbers.Percent(Math.Min(1, ratios.Sum()))} of what varies between them";
        var rejected = content.Totals.Rejected == 0 ? "" : $"; {ShownNumbers.Count(content.Totals.Rejected)} could not be read";
        return $"{what} {kept}{rejected}.";
    }

    /// <summary>How the images spread over the classes.</summary>
    public static string Classes(ReportContent content)
    {
        var counts = content.Totals.ImagesPerLabel;
        if (counts.Count == 1)
            return content.Totals.Images == 1 ? "There is one image." : $"All {ShownNumbers.Count(content.Totals.Images)} images are of one class.";

        var (least, most) = (counts.MinBy(label => label.Value), counts.MaxBy(label => label.Value));
        return least.Value == most.Value
            ? $"Every class has {ShownNumbers.Count(most.Value, "image", "images")}."
            : $"The largest class, {Printable.Excerpt(most.Key, 80)}, has {ShownNumbers.Count(most.Value, "image", "images")}; "
                + $"the smallest, {Printable.Excerpt(least.Key, 80)}, has {ShownNumbers.Count(least.Value)}.";
    }

    /// <summary>What the table of classes leaves out; null when nothing.</summary>
    public static string? ClassesNote(ReportContent content, int onTheMap)
    {
        var all = content.Totals.ImagesPerLabel.Keys.Union(content.Totals.RejectedPerLabel.Keys, StringComparer.Ordinal).Count();
        var notes = new List<string>();
        if (all > ClassTable.MostRows)
            notes.Add($"{ShownNumbers.Count(all - ClassTable.MostRows, "further class is", "further classes are")} not listed.");
        if (onTheMap < content.Totals.ImagesPerLabel.Count)
            notes.Add("Classes without a mark are not in the sample that the map shows.");
        return notes.Count == 0 ? null : string.Join(' ', notes);
    }

    public static string Variance(ReportContent content)
        => content.ExplainedVarianceRatio switch
        {
            [] => RunRemarks.OnNoComponents(content.Totals.Images),
            [var only] => $"The {ShownNumbers.Count(content.FeatureWidth)} features, scaled to equal weight, were reduced to a single "
                + $"component, which keeps {ShownNumbers.Percent(only)} of their variance.",
            var ratios => $"The {ShownNumbers.Count(content.FeatureWidth)} features, scaled to equal weight, were reduced to "
                + $"{ShownNumbers.Count(ratios.Length)} components, which together keep "
                + $"{ShownNumbers.Percent(Math.Min(1, ratios.Sum()))} of their variance.",
        } + (content.Basis is { } basis
            ? $" Scaling and components are kept from the run {Printable.Excerpt(basis.Run, 200)}, which fitted them to "
                + $"{ShownNumbers.Count(basis.Images, "image", "images")}: its coordinates and these are comparable. As many components fitted to these "
                + $"images would keep {ShownNumbers.Percent(Math.Min(1, basis.OwnVarianceShare))}."
            : string.Empty);

    /// <summary>What the map leaves out; null when nothing.</summary>
    public static string? MapNote(ReportContent content, int labels)
    {
        var notes = new List<string>();
        if (!content.Sample.IsEverything)
        {
            notes.Add($"The map shows {ShownNumbers.Count(content.Sample.Images.Count)} of {ShownNumbers.Count(content.Totals.Images)} images: "
                + $"a random sample with an equal share of each class (seed {content.Sample.Seed.ToString(CultureInfo.InvariantCulture)}).");
        }

        if (labels < content.Totals.ImagesPerLabel.Count)
        {
            notes.Add($"It holds {ShownNumbers.Count(labels)} of {ShownNumbers.Count(content.Totals.ImagesPerLabel.Count, "class", "classes")}, "
                + "chosen at random.");
        }

        var pictures = content.Sample.Images.Count(image => image.ThumbnailJpeg is { Length: > 0 });
        if (pictures < content.Sample.Images.Count)
            notes.Add($"{(pictures == 0 ? "None" : ShownNumbers.Count(pictures))} of its images {(pictures == 1 ? "carries its" : "carry their")} picture.");
        if (content.Sample.Images[0].Components.Length > MapData.MostComponents)
            notes.Add($"Only the first {MapData.MostComponents} components can be chosen.");
        if (labels > 64)
            notes.Add("Beyond 64 classes the marks repeat.");
        return notes.Count == 0 ? null : string.Join(' ', notes);
    }

    /// <summary>What the classifiers' answers mean, or why there are none.</summary>
    public static string Separation(ReportContent content)
    {
        if (content.Sample.Separation is not { } separation)
            return $"Not measured. {content.Sample.SkippedBecause}".TrimEnd();

        var best = separation.Scores.MaxBy(score => score.Accuracy)!;
        return $"Given only the numbers of an image that it has not seen before, the best of the classifiers below names the right one of "
            + $"{ShownNumbers.Count(separation.Classes.Count)} classes {ShownNumbers.Percent(best.Accuracy)} of the time; always naming "
            + $"the largest class would be right {ShownNumbers.Percent(separation.MajorityAccuracy)} of the time (the dashed line).";
    }

    /// <summary>What the published classifier is, and how often it may be expected to be right; or why there is none.</summary>
    public static string Classifier(ReportContent content)
    {
        var published = content.Classifier;
        if (published.Classifier is not { } classifier)
            return $"There is no classifier ({RunLayout.ClassModel}), because {published.SkippedBecause}.";

        var trained = classifier.Images == published.TrainingImages
            ? $"{(published.Test is null ? "all" : "the other")} {ShownNumbers.Count(classifier.Images)} images"
            : $"a seeded sample of {ShownNumbers.Count(classifier.Images)} of {ShownNumbers.Count(published.TrainingImages)} images "
                + $"(an even share of each class, at most {ShownNumbers.Count(RunClassifier.MostPerClass)})";
        var what = $"{RunLayout.ClassModel} names the class of new images: the softmax classifier on the components, trained on {trained}.";
        var validated = content.Sample.Separation?.Scores.FirstOrDefault(score => score.Classifier == Evaluation.Separation.Softmax);
        return what + (published, validated) switch
        {
            ({ Test: { Images: > 0 } test }, _) => $" Of the {ShownNumbers.Count(test.Images, "image", "images")} in {Printable.Excerpt(test.Folder, 80)}/, which "
                + (content.Basis is null ? "neither it nor the components have seen" : "it has not seen")
                + $", it names {ShownNumbers.Percent(test.Accuracy)} rightly."
                + (test.UnknownImages == 0 ? "" : $" {ShownNumbers.Count(test.UnknownImages)} of them {(test.UnknownImages == 1 ? "is" : "are")} of a class that it was never shown."),
            (_, { } score) => $" Expect it to be right {ShownNumbers.Percent(score.Accuracy)} of the time, as in cross-validation.",
            _ => " How often it is right could not be measured.",
        };
    }

    /// <summary>How the classifiers were asked.</summary>
    public static string SeparationNote(SeparationReport separation)
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

    /// <summary>How many images gave no features, and how many files were no images.</summary>
    public static string Rejected(ReportContent content)
    {
        var skipped = content.PassedOver.Files == 0
            ? ""
            : $" {ShownNumbers.Count(content.PassedOver.Files, "other file was", "other files were")} passed over, not being images by name: {content.PassedOver}.";
        var unlisted = content.PassedOver.Folders is { } folders ? " " + RunRemarks.OnFolders(folders) : "";
        return (content.Totals.Rejected == 0
            ? "None: every image could be read."
            : $"{ShownNumbers.Count(content.Totals.Rejected, "image", "images")} of "
                + $"{ShownNumbers.Count(content.Totals.Images + content.Totals.Rejected)} gave no features. All of them, with their reasons, are in "
                + $"{RunLayout.Rejected} beside this page.") + skipped + unlisted;
    }

    /// <summary>What was looked through for images that may be wrong, and whether anything was found.</summary>
    public static string Quality(ReportContent content)
    {
        var quality = content.Quality;
        var found = quality.Kinds.Count == 0
            ? "Nothing was found: no copies, no label that does not fit, nothing far from its class, blurred, dark, bright or of an odd size."
            : "The most sure ones come first, and nothing was removed or changed: whether it is a mistake is for you to say. The number below a picture says how "
                + "sure it is, from 0 to 1.";
        var sample = quality.Examined == content.Totals.Images
            ? ""
            : $" A seeded sample of {ShownNumbers.Count(quality.Examined)} of {ShownNumbers.Count(content.Totals.Images)} images was looked through; equal files "
                + "were looked for among all.";
        return string.Join(' ', [found + sample, .. quality.Notes]);
    }

    /// <summary>How many images there are of a kind of finding, and what that means.</summary>
    public static string Finding(FindingExcerpt kind)
    {
        var images = ShownNumbers.Count(kind.Findings, "image", "images");
        var (is1, its) = kind.Findings == 1 ? ("is", "its") : ("are", "their");
        return kind.Kind switch
        {
            FindingKind.Duplicate => $"{images} {is1} the same file as another, byte for byte, in {Groups(kind)}",
            FindingKind.NearDuplicate => $"{images} {(kind.Findings == 1 ? "shows" : "show")} the same picture as another, encoded again, resized or cropped a little, in {Groups(kind)}",
            FindingKind.Label => $"{images} {(kind.Findings == 1 ? "looks" : "look")} more like another class than like {its} own, to a classifier that has not seen {(kind.Findings == 1 ? "it" : "them")}.",
            FindingKind.Outlier => $"{images} {is1} far from all others of {its} class.",
            FindingKind.Blurred => $"{images} {is1} far less sharp than others of {its} class, or {(kind.Findings == 1 ? "shows" : "show")} no structure at all.",
            FindingKind.Dark => $"{images} {is1} dark even in {its} brightest parts.",
            FindingKind.Bright => $"{images} {is1} bright even in {its} darkest parts.",
            FindingKind.Size => $"{images} {is1} far smaller or larger than the others of the run, or very long.",
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind.Kind, "there is no such kind"),
        };
    }

    private static string Groups(FindingExcerpt kind)
    {
        string OfThem(long groups) => kind.Groups == 1 ? "" : $"{ShownNumbers.Count(groups)} of them ";
        string?[] parts =
        [
            kind.AcrossClasses > 0 ? $"{OfThem(kind.AcrossClasses)}in several classes" : null,
            kind.AcrossSplit > 0 ? $"{OfThem(kind.AcrossSplit)}in training and test set" : null,
            kind.Series > 0 ? $"{OfThem(kind.Series)}{(kind.Series == 1 ? "a series" : "series")}, as of frames of one object" : null,
        ];
        var said = string.Join("; ", parts.Where(static part => part is not null));
        return ShownNumbers.Count(kind.Groups, "group", "groups") + (said.Length == 0 ? "." : $": {said}.");
    }

    /// <summary>What the map and the classifiers were given.</summary>
    public static string Sample(ReportContent content)
        => content.Sample.IsEverything
            ? "The map and the classifiers use every image of the run."
            : $"The map and the classifiers use a stratified sample of {ShownNumbers.Count(content.Sample.Images.Count)} of "
                + $"{ShownNumbers.Count(content.Totals.Images)} images, taken with seed "
                + $"{content.Sample.Seed.ToString(CultureInfo.InvariantCulture)}; all other numbers are of the whole run.";
}
