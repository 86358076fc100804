using System.Text.Json.Nodes;
using Amazon.Lambda.S3Events;
using Amazon.Lambda.SNSEvents;
using Pomona.Functions.Hosting;

namespace Pomona.Functions.Tests.Fakes;

/// <summary>Events as they come.</summary>
internal static class Uploads
{
    /// <summary>An event of EMR's, as the topic hands it on.</summary>
    public static SNSEvent Told(string detailType, JsonObject detail) => new()
    {
        Records =
        [
            new SNSEvent.SNSRecord
            {
                Sns = new SNSEvent.SNSMessage
                {
                    Message = new JsonObject { ["source"] = "aws.emr", ["detail-type"] = detailType, ["detail"] = detail }.ToJsonString(),
                },
            },
        ],
    };

    public static BucketEvent Of(string bucket, params IEnumerable<string> encodedKeys) => new()
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
