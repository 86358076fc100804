using Pomona.Contracts;

namespace Pomona.Job.Quality;

/// <summary>What a group of duplicates lies across: that is what makes it a mistake of the data set, and not only a waste.</summary>
internal static class GroupSpread
{
    /// <summary><see cref="Finding.Across"/> of a group.</summary>
    public static string? Of(IEnumerable<(string Label, bool IsTest)> images)
    {
        (string Label, bool IsTest)? first = null;
        var (classes, split) = (false, false);
        foreach (var image in images)
        {
            first ??= image;
            classes |= image.Label != first.Value.Label;
            split |= image.IsTest != first.Value.IsTest;
        }

        return (classes, split) switch
        {
            (true, true) => Finding.ClassesAndSplit,
            (true, false) => Finding.Classes,
            (false, true) => Finding.Split,
            _ => null,
        };
    }
}
