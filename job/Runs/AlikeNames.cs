using System.Globalization;
using System.Text;
using Pomona.Contracts;

namespace Pomona.Job.Runs;

/// <summary>Finds classes that a person would take for one, and a disk that ignores case for one folder.</summary>
internal static class AlikeNames
{
    /// <summary>How many groups are named, and how many names of each; a summary travels through the workflow, which bounds it.</summary>
    private const int MostGroups = 10;
    private const int MostNames = 4;

    /// <summary>What is doubtful about a run's classes; null when nothing is.</summary>
    public static ClassDoubts? DoubtsOf(RunTotals totals, RunPlan plan)
    {
        var groups = totals.ImagesPerLabel.Keys.Union(totals.RejectedPerLabel.Keys, StringComparer.Ordinal)
            .GroupBy(SeenOf, StringComparer.Ordinal)
            .Where(group => group.Skip(1).Any())
            .Select(group => group.Order(StringComparer.Ordinal).ToArray())
            .OrderBy(group => group[0], StringComparer.Ordinal)
            .ToArray();
        var unlabelled = totals.ImagesPerLabel.GetValueOrDefault(ManifestEntry.Unlabelled)
            + totals.RejectedPerLabel.GetValueOrDefault(ManifestEntry.Unlabelled);
        var loose = plan.Loose is { } some && some < unlabelled ? some : 0;
        return loose == 0 && groups.Length == 0
            ? null
            : new ClassDoubts(
                loose,
                loose == 0 ? 0 : unlabelled - loose,
                [.. groups.Take(MostGroups).Select(group => group[..Math.Min(MostNames, group.Length)])],
                groups.Length);
    }

    /// <summary>What of a name a person sees and a disk that ignores case tells: the same text for names that are alike.</summary>
    public static string SeenOf(string name)
    {
        var seen = new StringBuilder(name.Length);
        foreach (var letter in name)
        {
            foreach (var piece in ComposedLetters.Decompose(letter))
                Append(seen, piece);
        }

        return seen.ToString().TrimEnd(' ').ToUpperInvariant();
    }

    private static void Append(StringBuilder seen, char piece)
    {
        switch (CharUnicodeInfo.GetUnicodeCategory(piece))
        {
            case UnicodeCategory.Format or UnicodeCategory.Control:
                break;
            case UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator:
                if (seen.Length > 0 && seen[^1] != ' ')
                    seen.Append(' ');
                break;
            case UnicodeCategory.DashPunctuation:
                seen.Append('-');
                break;
            case UnicodeCategory.NonSpacingMark:
                // The order of marks over one letter is not seen where they are of two sides, and seldom where not.
                var at = seen.Length;
                while (at > 0 && CharUnicodeInfo.GetUnicodeCategory(seen[at - 1]) == UnicodeCategory.NonSpacingMark && seen[at - 1] > piece)
                    at--;
                seen.Insert(at, piece);
                break;
            default:
                seen.Append(piece);
                break;
        }
    }
}
