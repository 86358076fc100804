using Amazon.Lambda.S3Events;

namespace Pomona.Functions.Hosting;

/// <summary>The keys that an S3 event says were created in our bucket.</summary>
internal static class UploadedKeys
{
    /// <summary>S3's own limit on a key, in bytes of UTF-8; encoded for a URL a byte is at most three characters.</summary>
    private const int LongestEncodedKey = 3 * 1024;

    /// <summary>
    /// Reads the event; whatever is not a creation in this bucket is left out. Keys in events are encoded as in an HTML
    /// form: a space is a plus sign (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html).
    /// </summary>
    public static IEnumerable<string> Of(S3Event? s3Event, string bucket)
    {
        foreach (var record in s3Event?.Records ?? [])
        {
            if (record?.EventName?.StartsWith("ObjectCreated:", StringComparison.Ordinal) is true
                && record.S3?.Bucket?.Name == bucket
                && record.S3.Object?.Key is { Length: > 0 and <= LongestEncodedKey })
                yield return record.S3.Object.KeyDecoded;
        }
    }
}
