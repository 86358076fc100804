using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
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

    /// <summary>Reads a message of the queue, as SQS answers it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="watchCluster">The function that listens to the stack's topic of events, whose messages name no target.</param>
    public static DeadLetter Of(JsonNode message, string? watchCluster)
    {
        var body = (string?)message["Body"] ?? string.Empty;
        var sent = long.TryParse((string?)message["Attributes"]?["SentTimestamp"], out var milliseconds) ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : (DateTimeOffset?)null;
        string? Attribute(string name) => (string?)message["MessageAttributes"]?[name]?["StringValue"];
        var json = Parse(body);
        var (target, happened, error, attempts) = json switch
        {
            // Lambda's record of an asynchronous call that failed: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
            { } record when record["requestContext"]?["functionArn"] is { } function && record["requestPayload"] is { } payload => (
                WithoutVersion((string?)function), payload,
                (string?)record["responsePayload"]?["errorMessage"] ?? (string?)record["requestContext"]!["condition"],
                (int?)record["requestContext"]!["approximateInvokeCount"]),
            // What SNS could not deliver to its one function.
            { } notification when (string?)notification["Type"] == "Notification" && notification["TopicArn"] is not null => (
                watchCluster, Delivered(notification), Attribute("ErrorMessage"), null),
            // EventBridge's rules and schedules: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
            _ => (
                Attribute("TARGET_ARN"), json, Attribute("ERROR_MESSAGE") ?? Attribute("ERROR_CODE"),
                int.TryParse(Attribute("RETRY_ATTEMPTS"), out var retries) ? retries + 1 : (int?)null),
        };
        return new DeadLetter((string?)message["MessageId"] ?? string.Empty, sent, target, Describe(happened), Printable.Excerpt(error ?? "not told"), attempts)
        {
            Event = happened?.ToJsonString() ?? body,
            Receipt = (string?)message["ReceiptHandle"] ?? string.Empty,
        };
    }

    private static JsonObject? Parse(string body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? WithoutVersion(string? function) => function?.Split(':') is [.. var name, "$LATEST"] ? string.Join(':', name) : function;

    // The event that SNS would have called the function with.
    private static JsonObject Delivered(JsonObject notification) => new()
    {
        ["Records"] = new JsonArray(new JsonObject
        {
            ["EventSource"] = "aws:sns",
            ["EventVersion"] = "1.0",
            ["EventSubscriptionArn"] = (string?)notification["UnsubscribeURL"] ?? string.Empty,
            ["Sns"] = notification.DeepClone(),
        }),
    };

    /// <summary>What an event tells, in a line.</summary>
    private static string Describe(JsonNode? happened) => Printable.Excerpt(
        happened switch
        {
            null => "no event",
            _ when happened["Records"] is JsonArray { Count: > 0 } records => records[0] switch
            {
                { } first when first["s3"] is { } s3 => $"{(string?)first["eventName"]} {Uri.UnescapeDataString(((string?)s3["object"]?["key"] ?? string.Empty).Replace('+', ' '))}",
                { } first when first["Sns"]?["Message"] is { } told => Describe(Parse((string?)told ?? string.Empty)),
                _ => $"{records.Count} records",
            },
            _ when happened["detail-type"] is { } kind => $"{(string?)kind} {(string?)happened["detail"]?["object"]?["key"] ?? (string?)happened["detail"]?["clusterId"] ?? (string?)happened["detail"]?["name"]}".TrimEnd(),
            _ => happened.ToJsonString(),
        },
        120);
}
