using Amazon.S3;

namespace Pomona.Local.Stack.Resources;

/// <summary>AWS::S3::BucketPolicy. It is kept and shown, and enforced only on AWS.</summary>
internal sealed class BucketPolicyType(IAmazonS3 storage) : IResourceType
{
    /// <inheritdoc/>
    public string Name => "AWS::S3::BucketPolicy";

    /// <inheritdoc/>
    public async Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation)
    {
        await storage.PutBucketPolicyAsync(
            properties.Required("Bucket"), properties.Take("PolicyDocument")!.ToJsonString(), cancellation);
        return CreatedResource.Plain(logicalId);
    }
}
