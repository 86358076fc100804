using Pomona.Functions.Mails;
using Pomona.Functions.Tests.Fakes;

namespace Pomona.Functions.Tests;

public sealed class WatchMailsTests
{
    private readonly Stack _stack = new();

    [Theory]
    [InlineData(nameof(MailReach.Confirmed), false)]
    [InlineData(nameof(MailReach.Pending), true)]
    [InlineData(nameof(MailReach.Gone), true)]
    public async Task A_subscription_that_is_gone_or_was_never_confirmed_is_told_by_the_words_that_the_alarm_counts(string reach, bool told)
    {
        _stack.MailSubscription.Reach = Enum.Parse<MailReach>(reach);
        var context = new PlayedCall();

        Assert.Equal(reach, await _stack.WatchMails.HandleAsync(default, context));

        Assert.Equal(told, context.Lines.Any(line => line.Contains("Nobody hears the mails", StringComparison.Ordinal)));
        Assert.Contains("\"Nobody hears the mails\"", await File.ReadAllTextAsync(RepositoryRoot.File("serverless.template")), StringComparison.Ordinal);
    }
}
