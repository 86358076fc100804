using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text;
using Pomona.Local.Aws;
using Pomona.Local.Lambda;

namespace Pomona.Local.Sns;

/// <summary>Delivers a topic's messages to its mail addresses and functions.</summary>
internal sealed class TopicDelivery(
    [FromKeyedServices(AwsEndpoint.Moto)] AwsClient moto, Mailbox mailbox, FunctionRegistry functions,
    AsyncInvocations invocations, IdSource ids, TimeProvider clock)
{
    /// <summary>Delivers the message to every subscription that moto does not serve.</summary>
    public async Task DeliverAsync(TopicMessage message, CancellationToken cancellation)
    {
        await foreach (var subscription in SubscriptionsAsync(message.TopicArn, cancellation))
            Deliver(message, subscription);
    }

    /// <summary>Whether any mail address is subscribed to the topic.</summary>
    public async Task<bool> ReachesMailAsync(string topicArn, CancellationToken cancellation)
    {
        await foreach (var subscription in SubscriptionsAsync(topicArn, cancellation))
        {
            if ((string)subscription["Protocol"]! == "email")
                return true;
        }

        return false;
    }

    private async IAsyncEnumerable<JsonObject> SubscriptionsAsync(string topicArn, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? next = null;
        do
        {
            var asked = new JsonObject { ["TopicArn"] = topicArn };
            if (next is not null)
                asked["NextToken"] = next;
            var page = await moto.CallAsync("sns", "ListSubscriptionsByTopic", asked, cancellation);
            foreach (var subscription in page["Subscriptions"] as JsonArray ?? [])
                yield return subscription!.AsObject();
            next = (string?)page["NextToken"];
        }
        while (!string.IsNullOrEmpty(next));
    }

    private void Deliver(TopicMessage message, JsonObject subscription)
    {
        var endpoint = (string)subscription["Endpoint"]!;
        var arn = (string)subscription["SubscriptionArn"]!;
        if ((string)subscription["Protocol"]! == "email")
        {
            mailbox.Put(
                endpoint,
                message.Subject ?? "AWS Notification Message",
                $"{message.Text}\n\n--\nIf you wish to stop receiving notifications from this topic, please unsubscribe: {arn}\n");
        }
        else if ((string)subscription["Protocol"]! == "lambda" && functions.TryGet(endpoint, out var pool))
        {
            invocations.Add(pool, new Invocation(ids.Uuid(), Encoding.UTF8.GetBytes(Event(message, arn).ToJsonString())));
        }
    }

    // https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
    private JsonObject Event(TopicMessage message, string subscription) => new()
    {
        ["Records"] = new JsonArray(new JsonObject
        {
            ["EventVersion"] = "1.0",
            ["EventSubscriptionArn"] = subscription,
            ["EventSource"] = "aws:sns",
            ["Sns"] = new JsonObject
            {
                ["SignatureVersion"] = "1",
                ["Timestamp"] = clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
                ["Signature"] = "none-local",
                ["SigningCertUrl"] = "https://sns.us-east-1.amazonaws.com/none-local.pem",
                ["MessageId"] = message.Id,
                ["Message"] = message.Text,
                ["MessageAttributes"] = new JsonObject(),
                ["Type"] = "Notification",
                ["UnsubscribeUrl"] = "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=" + Uri.EscapeDataString(subscription),
                ["TopicArn"] = message.TopicArn,
                ["Subject"] = message.Subject,
            },
        }),
    };
}

/// <summary>A message that was published to a topic.</summary>
internal sealed record TopicMessage(string Id, string TopicArn, string? Subject, string Text)
{
    public static TopicMessage Of(IReadOnlyDictionary<string, string> form, string id) => new(
        id,
        form.GetValueOrDefault("TopicArn") ?? form.GetValueOrDefault("TargetArn") ?? string.Empty,
        form.GetValueOrDefault("Subject"),
        form.GetValueOrDefault("Message") ?? string.Empty);
}
