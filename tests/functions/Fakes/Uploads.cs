using Amazon.Lambda.S3Events;

namespace Pomona.Functions.Tests.Fakes;

/// <summary>S3 events as they come.</summary>
internal static class Uploads
{
    public static S3Event Of(string bucket, params IEnumerable<string> encodedKeys) => new()
    {
        Records = [.. encodedKeys.Select(key => new S3Event.S3EventNotificationRecord
        {
            EventName = "ObjectCreated:Put",
            EventSource = "aws:s3",
            S3 = new S3Event.S3Entity
            {
                Bucket = new S3Event.S3BucketEntity { Name = bucket },
                Object = new S3Event.S3ObjectEntity { Key = key, Size = 1 },
            },
        })],
    };
}
