using System.Globalization;
using System.Text;

namespace Pomona.Functions.Mails;

/// <summary>A mail as SNS takes it.</summary>
/// <param name="Subject">ASCII, without line breaks, 1 to 100 characters.</param>
/// <param name="Message">Plain text.</param>
public sealed record Mail(string Subject, string Message)
{
    private const int LongestSubject = 99;

    /// <summary>SNS takes 256 KB; nobody reads more than this.</summary>
    private const int LongestMessage = 64 * 1024;

    /// <summary>
    /// Makes any text a valid one for SNS (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html): accents are taken
    /// off the subject's letters, and what is no printable ASCII then becomes a question mark.
    /// </summary>
    internal static Mail Create(string subject, string message)
    {
        var ascii = new StringBuilder(subject.Length);
        foreach (var rune in subject.Normalize(NormalizationForm.FormD).EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark)
                continue;
            ascii.Append(rune.Value is >= ' ' and < 127 ? (char)rune.Value : '?');
        }

        var line = ascii.ToString().Trim();
        return new Mail(
            line.Length > LongestSubject ? line[..LongestSubject] : line,
            message.Length > LongestMessage ? message[..LongestMessage] : message);
    }
}
