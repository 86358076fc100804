using Microsoft.Extensions.Logging.Abstractions;
using Pomona.Local.Account;
using Pomona.Local.Sns;

namespace Pomona.Local.Tests.Sns;

public sealed class MailboxTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pomona-mails-").FullName;

    [Fact]
    public void A_mail_that_was_interrupted_keeps_no_later_one_from_its_file()
    {
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "mails", ".new")).FullName, "half.eml"), "half");

        var letter = Mailbox().Put("you@example.com", "fruits has finished", "text");

        Assert.Contains("fruits has finished", File.ReadAllText(letter.File), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mail_whose_file_cannot_be_written_is_sent_all_the_same()
    {
        File.WriteAllText(Path.Combine(_folder, "mails"), "a file in the way");
        var mailbox = Mailbox();

        mailbox.Put("you@example.com", "fruits has finished", "text");

        Assert.Equal("text", Assert.Single(mailbox.Letters).Body);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Mailbox Mailbox() => new(
        new LocalSettings { Root = _folder, StateFolder = _folder, Front = new Uri("http://localhost:1/") },
        TimeProvider.System,
        NullLogger<Mailbox>.Instance);
}
