using System.Globalization;

namespace Pomona.Contracts;

/// <summary>What a finished run tells people besides its numbers, as sentences of a line each: on the terminal, the page, in mails.</summary>
public static class RunRemarks
{
    /// <summary>All remarks on a run; most have none.</summary>
    public static IEnumerable<string> Of(RunSummary run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (run.TakenOver is { } taken)
            yield return OnTakenOver(taken, run.Images + run.Rejected - taken);
        if (run.Test is { } test)
            yield return OnTest(test);
        if (run.PassedOver?.Folders is { } folders)
            yield return OnFolders(folders);
        if (run.Components == 0)
            yield return OnNoComponents(run.Images);
        foreach (var remark in run.Doubts is { } doubts ? OnClasses(doubts) : [])
            yield return remark;
    }

    /// <summary>What was taken over from an earlier run, and how many other images were worked on.</summary>
    public static string OnTakenOver(long taken, long others) => string.Create(
        CultureInfo.InvariantCulture,
        $"{taken:N0} {(taken == 1 ? "image was" : "images were")} taken over from an earlier run, {others:N0} {(others == 1 ? "was" : "were")} new, changed or tried again.");

    /// <summary>What became of the images for testing.</summary>
    public static string OnTest(TestResult test)
    {
        ArgumentNullException.ThrowIfNull(test);
        var set = string.Create(
            CultureInfo.InvariantCulture,
            $"The {test.Images:N0} {(test.Images == 1 ? "image" : "images")} in '{test.Folder}' {(test.Images == 1 ? "was" : "were")} for testing alone");
        return test.Accuracy is { } share
            ? string.Create(CultureInfo.InvariantCulture, $"{set}: fitted to all others, the classifier named {100 * share:0.0} % of them rightly.")
            : $"{set}: the components were fitted to all others.";
    }

    /// <summary>What the run could not look into.</summary>
    public static string OnFolders(PassedOverFiles folders)
    {
        ArgumentNullException.ThrowIfNull(folders);
        var one = $"'{Printable.Excerpt(folders.Example, 120)}'";
        return folders.Files == 1
            ? $"The folder {one} could not be listed (no permission, or a path too long), and nothing of it was used."
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{folders.Files:N0} folders could not be listed (no permission, or a path too long), and nothing of them was used; the first is {one}.");
    }

    /// <summary>Why a run has no components, and what else it therefore lacks.</summary>
    public static string OnNoComponents(long images)
        => "There are no components, and therefore no ONNX files, because "
            + (images == 1
                ? "there is only one image."
                : string.Create(CultureInfo.InvariantCulture, $"nothing varies between the {images:N0} images."));

    /// <summary>What is doubtful about the classes.</summary>
    public static IEnumerable<string> OnClasses(ClassDoubts doubts)
    {
        ArgumentNullException.ThrowIfNull(doubts);
        if (doubts.Loose > 0)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"The class '{ManifestEntry.Unlabelled}' mixes {doubts.Loose:N0} {(doubts.Loose == 1 ? "image" : "images")} in no folder "
                + $"with {doubts.InFolder:N0} of a folder of that name: rename the folder to tell them apart.");
        }

        foreach (var group in doubts.Alike)
        {
            yield return $"The classes {ClassDoubts.Shown(group)} {(ClassDoubts.DifferInCaseAlone(group) ? "differ in case alone" : "look the same")} "
                + "and are counted apart: rename their folders if they are one.";
        }

        if (doubts.AlikeGroups > doubts.Alike.Count)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture, $"{doubts.AlikeGroups - doubts.Alike.Count:N0} more groups of classes have such names.");
        }
    }
}
