using Pomona.Functions.Mails;

namespace Pomona.Functions.Tests.Mails;

public sealed class MailTests
{
    [Theory]
    [InlineData("Pomona : prêt à l'œuvre", "Pomona : pret a l'oeuvre")]
    [InlineData("漢字\r\nBcc: x@y", "????Bcc: x@y")]
    [InlineData("  x  ", "x")]
    public void A_subject_is_one_line_of_ascii(string subject, string sent)
        => Assert.Equal(sent, Mail.Create(subject, "text").Subject);

    [Fact]
    public void A_message_s_lines_are_printable()
        => Assert.Equal("one\ntwo\\u001b[31m \\u202eeno\n", Mail.Create("s", "one\r\ntwo\u001b[31m \u202eeno\n").Message);

    [Fact]
    public void A_subject_has_at_most_a_hundred_characters_and_a_message_fits_into_sns()
    {
        var mail = Mail.Create(new string('é', 500), new string('x', 1_000_000));

        Assert.InRange(mail.Subject.Length, 1, 100);
        Assert.InRange(mail.Message.Length, 1, 256 * 1024);
    }
}
