using System.Globalization;
using System.Net.Mail;
using System.Text;
using Pomona.Local.Account;

namespace Pomona.Local.Sns;

/// <summary>
/// Keeps every mail, also as an .eml file, which any mail program opens. A file that a full disk does not take costs the file:
/// the mail is sent all the same, and shown.
/// </summary>
internal sealed class Mailbox(LocalSettings settings, TimeProvider clock, ILogger<Mailbox> log)
{
    private readonly Lock _gate = new();
    private readonly List<Letter> _letters = [];

    /// <summary>All mails, oldest first.</summary>
    public IReadOnlyList<Letter> Letters
    {
        get
        {
            lock (_gate)
                return [.. _letters];
        }
    }

    public Letter Put(string to, string subject, string body)
    {
        lock (_gate)
        {
            var file = Path.Combine(settings.MailFolder, string.Create(
                CultureInfo.InvariantCulture, $"{_letters.Count + 1:000}-{Words(subject)}.eml"));
            try
            {
                Save(to, subject, body, file);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or SmtpException)
            {
                log.LogWarning("The mail '{Subject}' could not be kept as {File}: {Reason}", subject, file, fault.Message);
            }

            var letter = new Letter(to, subject, body, clock.GetUtcNow(), file);
            _letters.Add(letter);
            return letter;
        }
    }

    // SmtpClient names the file itself; in a folder of its own, without what an earlier one left, it is easily found.
    private void Save(string to, string subject, string body, string file)
    {
        var pickup = Path.Combine(settings.MailFolder, ".new");
        if (Directory.Exists(pickup))
            Directory.Delete(pickup, recursive: true);
        Directory.CreateDirectory(pickup);
        using (var client = new SmtpClient { DeliveryMethod = SmtpDeliveryMethod.SpecifiedPickupDirectory, PickupDirectoryLocation = pickup })
        using (var message = new MailMessage("no-reply@sns.amazonaws.com", to, subject, body))
        {
            message.BodyEncoding = Encoding.UTF8;
            message.SubjectEncoding = Encoding.UTF8;
            client.Send(message);
        }

        File.Move(Directory.GetFiles(pickup).Single(), file, overwrite: true);
    }

    private static string Words(string subject)
    {
        var words = new StringBuilder();
        foreach (var letter in subject)
        {
            if (char.IsAsciiLetterOrDigit(letter))
                words.Append(char.ToLowerInvariant(letter));
            else if (words.Length > 0 && words[^1] != '-')
                words.Append('-');
        }

        return words.ToString(0, Math.Min(words.Length, 60)).Trim('-') is { Length: > 0 } text ? text : "mail";
    }
}

/// <summary>A mail that SNS would have sent.</summary>
/// <param name="To">The address that subscribed.</param>
/// <param name="Subject">The subject.</param>
/// <param name="Body">Plain text.</param>
/// <param name="SentAt">When.</param>
/// <param name="File">Its .eml file.</param>
internal sealed record Letter(string To, string Subject, string Body, DateTimeOffset SentAt, string File);
