using System.Globalization;
using System.Text.Json;
using Pomona.Local.Account;
using Pomona.Local.Aws;
using Pomona.Local.Front;
using Pomona.Local.Lambda;

namespace Pomona.Local.S3;

/// <summary>S3's API is moto's; the front watches what is written and delivers the buckets' events.</summary>
internal sealed class S3Service(
    BucketNotifications notifications, BucketPolicies policies, EventDelivery delivery, ObjectHeads heads, FunctionRegistry functions, IdSource ids,
    TimeProvider clock, Forwarder forwarder) : IAwsService
{
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html, with room for signed chunks.
    private const long LargestObject = (5L << 30) + (64L << 20);
    private const long LargestPolicy = 20 << 10;

    private long _written;

    public static void AddTo(IServiceCollection services) => services
        .AddSingleton<BucketNotifications>().AddSingleton<BucketPolicies>().AddSingleton<ObjectHeads>().AddPart<EventDelivery>()
        .AddSingleton<IAwsService, S3Service>();

    public string Name => "s3";

    public bool HasPlainAddresses => true;

    public bool Streams => true;

    public string OperationOf(HttpRequest request) => S3Operation.Of(request);

    public long LargestBody(string? operation) => operation switch
    {
        "PutObject" or "UploadPart" => LargestObject,
        "PutBucketPolicy" => LargestPolicy,
        _ => IAwsService.UsualBody,
    };

    public async Task AnswerAsync(AwsCall call, CancellationToken cancellation)
    {
        RequestRules.Require(call.Http.Request, clock.GetUtcNow());
        switch (call.Operation)
        {
            case "PutBucketNotificationConfiguration":
                await PutConfigurationAsync(call, cancellation);
                break;
            case "GetBucketNotificationConfiguration":
                call.Http.Response.ContentType = "application/xml";
                await call.Http.Response.WriteAsync(
                    NotificationConfiguration.Write(notifications.Of(S3Address.Of(call.Http.Request).Bucket)), cancellation);
                break;
            case "PutBucketPolicy":
                await PutPolicyAsync(call, cancellation);
                break;
            case "GetBucketPolicy":
                call.Http.Response.ContentType = "application/json";
                await call.Http.Response.WriteAsync(
                    policies.Of(S3Address.Of(call.Http.Request).Bucket)
                    ?? throw new AwsFailure(404, "NoSuchBucketPolicy", "The bucket policy does not exist"),
                    cancellation);
                break;
            case "DeleteBucketPolicy":
                policies.Remove(S3Address.Of(call.Http.Request).Bucket);
                call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case "PutObject":
                await ForwardAndTellAsync(call, "ObjectCreated:Put");
                break;
            case "CopyObject":
                await ForwardAndTellAsync(call, "ObjectCreated:Copy");
                break;
            case "CompleteMultipartUpload":
                await ForwardAndTellAsync(call, "ObjectCreated:CompleteMultipartUpload");
                break;
            default:
                await forwarder.ForwardAsync(call.Http);
                break;
        }
    }

    private Task ForwardAndTellAsync(AwsCall call, string eventName) =>
        forwarder.ForwardAsync(call.Http, (answer, down) => TellAsync(call, eventName, answer, down));

    private async Task TellAsync(AwsCall call, string eventName, MotoAnswer answer, CancellationToken down)
    {
        var (bucket, key) = S3Address.Of(call.Http.Request);
        if (answer.Status != StatusCodes.Status200OK || !notifications.Of(bucket).Wants(eventName, key))
            return;

        // Copies and multipart uploads do not say how large the object became.
        if (await heads.GetAsync(bucket, key, down) is not var (size, etag))
            return;
        var version = answer.Headers.GetValueOrDefault("x-amz-version-id");
        delivery.Deliver(new ObjectCreated(
            eventName, bucket, key, size, etag,
            version is null or "" or "null" ? null : version,
            Interlocked.Increment(ref _written).ToString("X16", CultureInfo.InvariantCulture),
            clock.GetUtcNow(), ids.Code("", 16)));
    }

    private async Task PutPolicyAsync(AwsCall call, CancellationToken cancellation)
    {
        var bucket = S3Address.Of(call.Http.Request).Bucket;
        if (!await heads.BucketExistsAsync(bucket, cancellation))
            throw new AwsFailure(404, "NoSuchBucket", "The specified bucket does not exist");
        try
        {
            using var policy = await JsonDocument.ParseAsync(call.Http.Request.Body, default, cancellation);
            policies.Set(bucket, policy.RootElement.GetRawText());
        }
        catch (JsonException fault)
        {
            throw new AwsFailure(400, "MalformedPolicy", "Policies must be valid JSON", fault);
        }

        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task PutConfigurationAsync(AwsCall call, CancellationToken cancellation)
    {
        var bucket = S3Address.Of(call.Http.Request).Bucket;
        if (!await heads.BucketExistsAsync(bucket, cancellation))
            throw new AwsFailure(404, "NoSuchBucket", "The specified bucket does not exist");
        using var reader = new StreamReader(call.Http.Request.Body);
        var notification = NotificationConfiguration.Parse(await reader.ReadToEndAsync(cancellation));
        foreach (var rule in notification.Rules)
        {
            if (rule.Target.Split(':') is [_, _, "lambda", ..] && !functions.TryGet(rule.Target, out _))
                throw new AwsFailure(400, "InvalidArgument", $"Unable to validate the following destination configurations: {rule.Target}");
        }

        notifications.Set(bucket, notification);
    }
}
