using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Pomona.Local.Account;
using Pomona.Local.EventBridge;

namespace Pomona.Local.S3;

/// <summary>An object that was written.</summary>
/// <param name="EventName"><c>ObjectCreated:Put</c>, <c>…:Copy</c>, <c>…:CompleteMultipartUpload</c> or <c>…:Post</c>.</param>
/// <param name="Bucket">The bucket.</param>
/// <param name="Key">The key, decoded.</param>
/// <param name="Size">Bytes.</param>
/// <param name="ETag">The ETag without quotes.</param>
/// <param name="VersionId">The version; null in a bucket without versions.</param>
/// <param name="Sequencer">Orders events of one key: the greater string is the later event.</param>
/// <param name="Time">When.</param>
/// <param name="RequestId">The request that wrote it.</param>
internal sealed record ObjectCreated(
    string EventName, string Bucket, string Key, long Size, string ETag, string? VersionId, string Sequencer,
    DateTimeOffset Time, string RequestId)
{
    /// <summary>The event as S3 sends it.</summary>
    /// <remarks>https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html</remarks>
    public JsonObject Notification(string configurationId)
    {
        var written = new JsonObject { ["key"] = Encoded(Key), ["size"] = Size, ["eTag"] = ETag };
        if (VersionId is not null)
            written["versionId"] = VersionId;
        written["sequencer"] = Sequencer;
        return new JsonObject
        {
            ["Records"] = new JsonArray(new JsonObject
            {
                ["eventVersion"] = "2.1",
                ["eventSource"] = "aws:s3",
                ["awsRegion"] = LocalSettings.Region,
                ["eventTime"] = Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
                ["eventName"] = EventName,
                ["userIdentity"] = new JsonObject { ["principalId"] = "AWS:LOCAL" },
                ["requestParameters"] = new JsonObject { ["sourceIPAddress"] = "127.0.0.1" },
                ["responseElements"] = new JsonObject { ["x-amz-request-id"] = RequestId, ["x-amz-id-2"] = RequestId },
                ["s3"] = new JsonObject
                {
                    ["s3SchemaVersion"] = "1.0",
                    ["configurationId"] = configurationId,
                    ["bucket"] = new JsonObject
                    {
                        ["name"] = Bucket,
                        ["ownerIdentity"] = new JsonObject { ["principalId"] = "LOCAL" },
                        ["arn"] = $"arn:aws:s3:::{Bucket}",
                    },
                    ["object"] = written,
                },
            }),
        };
    }

    /// <summary>The event as S3 hands it to EventBridge: its key is not encoded.</summary>
    /// <remarks>https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html</remarks>
    public BusEvent ToBusEvent()
    {
        var written = new JsonObject { ["key"] = Key, ["size"] = Size, ["etag"] = ETag };
        if (VersionId is not null)
            written["version-id"] = VersionId;
        written["sequencer"] = Sequencer;
        return new BusEvent(
            "aws.s3",
            "Object Created",
            new JsonObject
            {
                ["version"] = "0",
                ["bucket"] = new JsonObject { ["name"] = Bucket },
                ["object"] = written,
                ["request-id"] = RequestId,
                ["requester"] = LocalSettings.Account,
                ["source-ip-address"] = "127.0.0.1",
                ["reason"] = EventName switch
                {
                    "ObjectCreated:Copy" => "CopyObject",
                    "ObjectCreated:CompleteMultipartUpload" => "CompleteMultipartUpload",
                    "ObjectCreated:Post" => "POST Object",
                    _ => "PutObject",
                },
            },
            $"arn:aws:s3:::{Bucket}");
    }

    /// <summary>A key as notifications carry it: form-encoded, but slashes stay.</summary>
    public static string Encoded(string key)
    {
        var encoded = new StringBuilder(key.Length);
        foreach (var value in Encoding.UTF8.GetBytes(key))
        {
            var letter = (char)value;
            if (char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or '*' or '/')
                encoded.Append(letter);
            else if (letter == ' ')
                encoded.Append('+');
            else
                encoded.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
        }

        return encoded.ToString();
    }
}
