using Amazon.SimpleNotificationService;
using Amazon.SimpleNotificationService.Model;

namespace Pomona.Functions.Mails;

/// <summary>Whether an address still gets the mails.</summary>
internal interface IMailSubscription
{
    /// <summary>How the address stands with the topic.</summary>
    Task<MailReach> ReachAsync(string address, CancellationToken cancellation);
}

/// <summary>How an address stands with the topic.</summary>
internal enum MailReach
{
    /// <summary>It gets the mails.</summary>
    Confirmed,

    /// <summary>Nobody has followed the link in Amazon's mail.</summary>
    Pending,

    /// <summary>It was unsubscribed: a person, or a mail filter that follows every link, opened the one at the end of a mail.</summary>
    Gone,
}

internal sealed class SnsMailSubscription(IAmazonSimpleNotificationService sns, string topicArn) : IMailSubscription
{
    public async Task<MailReach> ReachAsync(string address, CancellationToken cancellation)
    {
        var request = new ListSubscriptionsByTopicRequest { TopicArn = topicArn };
        var reach = MailReach.Gone;
        do
        {
            var page = await sns.ListSubscriptionsByTopicAsync(request, cancellation);
            foreach (var subscription in page.Subscriptions ?? [])
            {
                if (subscription.Protocol != "email" || subscription.Endpoint != address)
                    continue;
                // An ARN once it is confirmed; words before and after.
                if (subscription.SubscriptionArn?.StartsWith("arn:", StringComparison.Ordinal) is true)
                    return MailReach.Confirmed;
                if (subscription.SubscriptionArn == "PendingConfirmation")
                    reach = MailReach.Pending;
            }

            request.NextToken = page.NextToken;
        }
        while (!string.IsNullOrEmpty(request.NextToken));

        return reach;
    }
}
