using System.Globalization;
using System.Text;

namespace Pomona.Contracts;

/// <summary>What a person should look at in a run's classes, though nothing has failed: they may be others than were meant.</summary>
/// <param name="Loose">
/// Images in no folder, where a folder called <see cref="ManifestEntry.Unlabelled"/> makes them one class with its own; else 0.
/// </param>
/// <param name="InFolder">The images of that folder.</param>
/// <param name="Alike">Classes whose names look the same or differ in case alone: the first groups, the first names of each.</param>
/// <param name="AlikeGroups">How many groups there are.</param>
public sealed record ClassDoubts(long Loose, long InFolder, IReadOnlyList<IReadOnlyList<string>> Alike, int AlikeGroups)
{
    private const int LongestName = 60;

    /// <summary>More than is ever written.</summary>
    private const int Most = 20;

    /// <inheritdoc cref="ClassDoubts" path="/param[@name='Alike']"/>
    public IReadOnlyList<IReadOnlyList<string>> Alike { get; } =
        [.. (Alike ?? []).Where(group => group is { Count: > 0 }).Take(Most).Select(group => group.OfType<string>().Take(Most).ToArray())];

    /// <summary>Whether the names of a group differ in case and in nothing else.</summary>
    public static bool DifferInCaseAlone(IReadOnlyList<string> group)
    {
        ArgumentNullException.ThrowIfNull(group);
        return group.All(name => string.Equals(name, group[0], StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The names of a group, told apart: <c>'caf\u00e9', 'cafe\u0301'</c>.</summary>
    public static string Shown(IReadOnlyList<string> group)
    {
        var isPlain = DifferInCaseAlone(group);
        return string.Join(", ", group.Select(name => $"'{(isPlain ? Printable.Excerpt(name, LongestName) : Escaped(name))}'"));
    }

    private static string Escaped(string name)
    {
        var shown = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
        {
            if (shown.Length >= LongestName)
                return shown.Append('…').ToString();
            if (rune.Value is >= ' ' and <= '~')
                shown.Append((char)rune.Value);
            else
                shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
        }

        return shown.ToString();
    }
}
