using System.Text;
using Pomona.Contracts;

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
    /// off the subject's letters, and what is no printable ASCII then becomes a question mark; the message's lines are printable.
    /// </summary>
    internal static Mail Create(string subject, string message)
    {
        var ascii = new StringBuilder(subject.Length);
        foreach (var rune in subject.EnumerateRunes())
            ascii.Append(WithoutAccent(rune));

        var line = ascii.ToString().Trim();
        var text = Printable.Lines(message);
        return new Mail(
            line.Length > LongestSubject ? line[..LongestSubject] : line,
            text.Length > LongestMessage ? text[..LongestMessage] : text);
    }

    /// <summary>French's letters; the functions run without the culture data that knows all of them.</summary>
    private static string WithoutAccent(Rune rune) => rune.Value switch
    {
        >= ' ' and < 127 => ((char)rune.Value).ToString(),
        'à' or 'â' or 'ä' => "a",
        'ç' => "c",
        'é' or 'è' or 'ê' or 'ë' => "e",
        'î' or 'ï' => "i",
        'ô' or 'ö' => "o",
        'ù' or 'û' or 'ü' => "u",
        'œ' => "oe",
        'À' or 'Â' => "A",
        'Ç' => "C",
        'É' or 'È' or 'Ê' => "E",
        '\u00A0' => " ",
        _ => "?",
    };
}

internal enum MailLanguage
{
    English,
    French,
}
