using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Pomona.Cloud.Runs;
using Pomona.Contracts;

namespace Pomona.Cloud.Letters;

/// <summary>
/// An event that nobody could deal with: as Lambda, EventBridge, the scheduler and SNS leave it in the stack's queue of dead letters.
/// </summary>
/// <param name="Id">The message's id.</param>
/// <param name="Sent">When it came there.</param>
/// <param name="Target">Who is to get it again: the ARN of a function, topic or workflow; null where the letter does not tell.</param>
/// <param name="About">What the event tells, in a line.</param>
/// <param name="Error">Why it came here, in a line.</param>
/// <param name="Attempts">How often it was tried; null where the letter does not tell.</param>
internal sealed record DeadLetter(string Id, DateTimeOffset? Sent, string? Target, string About, string Error, int? Attempts)
{
    /// <summary>What the target gets.</summary>
    [JsonIgnore]
    public required string Event { get; init; }

    /// <summary>By which the message is removed from the queue.</summary>
    [JsonIgnore]
    public required string Receipt { get; init; }

    /// <summary>Who is to get it, by its own name.</summary>
    public string Receiver => Target is null ? "nobody that is known" : Target.Split(':') is [_, _, "lambda", _, _, _, var function, ..] ? function : Target.Split(':')[^1];

    /// <summary>What letters of one kind have in common: all that they tell but the file.</summary>
    [JsonIgnore]
    public string Kind => About[..(About.LastIndexOf('/') + 1)];

    /// <summary>Reads a message of the queue, as SQS answers it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="watchCluster">The function that listens to the stack's topic of events, whose messages name no target.</param>
    public static DeadLetter Of(JsonNode message, string? watchCluster)
    {
        var body = message.At("Body").AsText() ?? string.Empty;
        var sent = long.TryParse(message.At("Attributes", "SentTimestamp").AsText(), out var milliseconds) ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : (DateTimeOffset?)null;
        string? Attribute(string name) => message.At("MessageAttributes", name, "StringValue").AsText();
        var json = JsonText.TryReadObject(body);
        var (target, happened, error, attempts) = json switch
        {
            // Lambda's record of an asynchronous call that failed: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
            { } record when record.At("requestContext", "functionArn").AsText() is { } function && record["requestPayload"] is { } payload => (
                WithoutVersion(function), payload,
                record.At("responsePayload", "errorMessage").AsText() ?? record.At("requestContext", "condition").AsText(),
                record.At("requestContext", "approximateInvokeCount").AsWhole() is >= 0 and <= int.MaxValue and { } count ? (int?)count : null),
            // What SNS could not deliver to its one function.
            { } notification when notification["Type"].AsText() == "Notification" && notification["TopicArn"] is not null => (
                watchCluster, Delivered(notification), Attribute("ErrorMessage"), null),
            // EventBridge's rules and schedules: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
            _ => (
                Attribute("TARGET_ARN"), json, Attribute("ERROR_MESSAGE") ?? Attribute("ERROR_CODE"),
                int.TryParse(Attribute("RETRY_ATTEMPTS"), out var retries) ? retries + 1 : (int?)null),
        };
        return new DeadLetter(message.At("MessageId").AsText() ?? string.Empty, sent, target, Describe(happened), Printable.Excerpt(error ?? "not told"), attempts)
        {
            Event = happened is null || happened == json ? body : happened.ToJsonString(),
            Receipt = message.At("ReceiptHandle").AsText() ?? string.Empty,
        };
    }

    private static string WithoutVersion(string function) => function.Split(':') is [.. var name, "$LATEST"] ? string.Join(':', name) : function;

    // The event that SNS would have called the function with.
    private static JsonObject Delivered(JsonObject notification) => new()
    {
        ["Records"] = new JsonArray(new JsonObject
        {
            ["EventSource"] = "aws:sns",
            ["EventVersion"] = "1.0",
            ["EventSubscriptionArn"] = notification["UnsubscribeURL"].AsText() ?? string.Empty,
            ["Sns"] = notification.DeepClone(),
        }),
    };

    /// <summary>What an event tells, in a line.</summary>
    private static string Describe(JsonNode? happened) => Printable.Excerpt(
        happened switch
        {
            null => "no event",
            _ when happened.At("Records") is JsonArray { Count: > 0 } records => records[0] switch
            {
                var first when first.At("s3", "object", "key").AsText() is { } key => $"{first.At("eventName").AsText()} {Uri.UnescapeDataString(key.Replace('+', ' '))}",
                var first when first.At("Sns", "Message").AsText() is { } told => Describe(JsonText.TryReadObject(told)),
                _ => $"{records.Count} records",
            },
            _ when happened.At("detail-type").AsText() is { } kind =>
                $"{kind} {happened.At("detail", "object", "key").AsText() ?? happened.At("detail", "clusterId").AsText() ?? happened.At("detail", "name").AsText()}".TrimEnd(),
            _ => happened.ToJsonString(),
        },
        120);
}
