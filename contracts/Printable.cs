using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Pomona.Contracts;

/// <summary>Makes foreign text safe to show in one line of a message, a log or a mail.</summary>
public static partial class Printable
{
    /// <summary>The longest line of a text that people read: an address of the console, or of an object, has its room.</summary>
    private const int LongestLine = 4096;

    /// <summary>That something is not what it was, as a clause.</summary>
    public static string Change(string name, string then, string now) => $"{name} was {Excerpt(then)} and is now {Excerpt(now)}";

    /// <summary>A text of several lines, each of them safe to show; what comes from a file has no say in where they end.</summary>
    /// <param name="text">Any text; null reads as empty.</param>
    public static string Lines(string? text)
        => string.Join('\n', (text ?? string.Empty).Split('\n').Select(line => Excerpt(line.TrimEnd('\r'), LongestLine)));

    /// <summary>
    /// The text without what could be a secret: an error may quote a request, and a request a task's token, which is a long word of
    /// base64.
    /// </summary>
    /// <param name="text">Any text.</param>
    public static string WithoutTokens(string text) => Token().Replace(text, "[…]");

    /// <summary>The text with control characters and line breaks escaped, cut to <paramref name="length"/> characters.</summary>
    /// <param name="text">Any text; null reads as empty.</param>
    /// <param name="length">The most characters of <paramref name="text"/> to show.</param>
    public static string Excerpt(string? text, int length = 200)
    {
        if (string.IsNullOrEmpty(text))
            return string.Empty;

        var shown = new StringBuilder(Math.Min(text.Length, length) + 1);
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= length)
                return shown.Append('…').ToString();

            var category = Rune.GetUnicodeCategory(rune);
            // Format characters include the bidirectional overrides, which can make a line read as another.
            if (category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse)
                shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            else
                shown.Append(rune.ToString());
        }

        return shown.ToString();
    }

    [GeneratedRegex("[A-Za-z0-9+/=_-]{120,}", RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
