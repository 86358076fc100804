using System.Text.Json;
using Amazon.Lambda.Core;
using Pomona.Functions.Hosting;
using Pomona.Functions.Mails;

namespace Pomona.Functions;

/// <summary>
/// On a schedule, looks whether anybody still gets the mails: one click on the link at the end of a mail, by a person or a mail
/// filter, ends them all, and no mail can tell. The log line is counted, and its alarm's state is what tells it.
/// </summary>
public sealed class WatchMails
{
    private readonly IMailSubscription _subscription;
    private readonly string _address;

    /// <summary>As Lambda makes it.</summary>
    public WatchMails()
        : this(Composition.FromEnvironment.MailSubscription, Settings.Environment.MailAddress)
    {
    }

    internal WatchMails(IMailSubscription subscription, string address)
    {
        _subscription = subscription;
        _address = address;
    }

    /// <summary>Handles the schedule's event, whatever it says.</summary>
    public async Task<string> HandleAsync(JsonElement input, ILambdaContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var deadline = Deadline.Of(context);
        var reach = await _subscription.ReachAsync(_address, deadline.Token);
        // serverless.template counts these words.
        if (reach != MailReach.Confirmed)
        {
            context.Logger.LogWarning(
                "Nobody hears the mails: the subscription of the stack's address is {reach}; subscribe it again, and follow the link in Amazon's mail", reach.ToString());
        }

        return reach.ToString();
    }
}
