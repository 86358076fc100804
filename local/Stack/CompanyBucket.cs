using Amazon.S3;
using Amazon.S3.Model;
using Pomona.Local.Account;

namespace Pomona.Local.Stack;

/// <summary>
/// A company's own bucket, which the stack's parameter <c>ExistingBucket</c> names: there before the stack, encrypted, closed to the
/// public, and telling EventBridge what happens in it, as a real one must be.
/// </summary>
internal sealed class CompanyBucket(IAmazonS3 storage)
{
    /// <summary>Makes it.</summary>
    /// <exception cref="LocalCloudException">It cannot be made.</exception>
    public async Task MakeAsync(string name, CancellationToken cancellation)
    {
        try
        {
            await storage.PutBucketAsync(new PutBucketRequest { BucketName = name }, cancellation);
            await storage.PutPublicAccessBlockAsync(
                new PutPublicAccessBlockRequest
                {
                    BucketName = name,
                    PublicAccessBlockConfiguration = new PublicAccessBlockConfiguration
                    {
                        BlockPublicAcls = true,
                        BlockPublicPolicy = true,
                        IgnorePublicAcls = true,
                        RestrictPublicBuckets = true,
                    },
                },
                cancellation);
            await storage.PutBucketNotificationAsync(
                new PutBucketNotificationRequest { BucketName = name, EventBridgeConfiguration = new EventBridgeConfiguration() }, cancellation);
        }
        catch (AmazonS3Exception fault)
        {
            throw new LocalCloudException($"the bucket {Contracts.Printable.Excerpt(name)} of ExistingBucket could not be made: {fault.Message}", fault);
        }
    }
}
