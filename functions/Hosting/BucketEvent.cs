using System.Text.Json.Serialization;
using Amazon.Lambda.S3Events;

namespace Pomona.Functions.Hosting;

/// <summary>
/// That objects were created in our bucket, in either of two forms: S3's own notification, and, from a bucket that is not the stack's,
/// the event that S3 hands to EventBridge (https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html).
/// </summary>
public sealed class BucketEvent : S3Event
{
    /// <summary>S3's own limit on a key, in bytes of UTF-8; encoded for a URL a byte is at most three characters.</summary>
    private const int LongestEncodedKey = 3 * 1024;

    /// <summary>EventBridge's name for the event; null in a notification.</summary>
    [JsonPropertyName("detail-type")]
    public string? DetailType { get; set; }

    /// <summary>What EventBridge's event is about; null in a notification.</summary>
    [JsonPropertyName("detail")]
    public CreatedObject? Detail { get; set; }

    /// <summary>
    /// The keys that were created; whatever is not a creation in this bucket is left out. A notification's are encoded as in an HTML
    /// form: a space is a plus sign (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html);
    /// EventBridge's are as they are.
    /// </summary>
    internal static IEnumerable<string> KeysOf(BucketEvent? happened, string bucket)
    {
        if (happened is { DetailType: "Object Created", Detail: { Written.Key: { Length: > 0 and <= LongestEncodedKey } plain } detail } && detail.Bucket?.Name == bucket)
            yield return plain;
        foreach (var record in happened?.Records ?? [])
        {
            if (record?.EventName?.StartsWith("ObjectCreated:", StringComparison.Ordinal) is true
                && record.S3?.Bucket?.Name == bucket
                && record.S3.Object?.Key is { Length: > 0 and <= LongestEncodedKey })
                yield return record.S3.Object.KeyDecoded;
        }
    }
}

/// <summary>The detail of EventBridge's event.</summary>
/// <param name="Bucket">Where.</param>
/// <param name="Written">What.</param>
public sealed record CreatedObject(CreatedObjectBucket? Bucket, [property: JsonPropertyName("object")] CreatedObjectKey? Written);

/// <summary>The bucket of a <see cref="CreatedObject"/>.</summary>
/// <param name="Name">Its name.</param>
public sealed record CreatedObjectBucket(string? Name);

/// <summary>The object of a <see cref="CreatedObject"/>.</summary>
/// <param name="Key">Its key, not encoded.</param>
public sealed record CreatedObjectKey(string? Key);
