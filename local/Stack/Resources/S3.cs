using System.Globalization;
using Amazon.S3;
using Amazon.S3.Model;
using Pomona.Local.Account;

namespace Pomona.Local.Stack.Resources;

/// <summary>AWS::S3::Bucket with encryption, ownership, public access block, lifecycle, versions, tags and notifications.</summary>
internal sealed class BucketType(IAmazonS3 storage) : IResourceType
{
    public string Name => "AWS::S3::Bucket";

    public async Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation)
    {
        var name = properties.Text("BucketName") ?? logicalId.ToLowerInvariant();
        try
        {
            await storage.PutBucketAsync(new PutBucketRequest { BucketName = name }, cancellation);
            await EncryptAsync(name, properties.Inner("BucketEncryption"), cancellation);
            await OwnAsync(name, properties.Inner("OwnershipControls"), cancellation);
            await BlockAsync(name, properties.Inner("PublicAccessBlockConfiguration"), cancellation);
            await ExpireAsync(name, properties.Inner("LifecycleConfiguration"), cancellation);
            await VersionAsync(name, properties.Inner("VersioningConfiguration"), cancellation);
            await NotifyAsync(name, properties.Inner("NotificationConfiguration"), cancellation);
            var tags = properties.Each("Tags");
            if (tags.Count > 0)
            {
                await storage.PutBucketTaggingAsync(
                    name, [.. tags.Select(tag => new Tag { Key = tag.Required("Key"), Value = tag.Required("Value") })], cancellation);
            }
        }
        catch (AmazonS3Exception fault)
        {
            throw new LocalCloudException($"{properties.Path} could not be created: {fault.Message}", fault);
        }

        return new CreatedResource(name, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Arn"] = $"arn:aws:s3:::{name}",
            ["DomainName"] = $"{name}.s3.amazonaws.com",
            ["RegionalDomainName"] = $"{name}.s3.{LocalSettings.Region}.amazonaws.com",
        });
    }

    private async Task EncryptAsync(string bucket, Properties encryption, CancellationToken cancellation)
    {
        var rules = new List<ServerSideEncryptionRule>();
        foreach (var rule in encryption.Each("ServerSideEncryptionConfiguration"))
        {
            var byDefault = rule.Inner("ServerSideEncryptionByDefault");
            rules.Add(new ServerSideEncryptionRule
            {
                BucketKeyEnabled = bool.Parse(rule.Text("BucketKeyEnabled") ?? "false"),
                ServerSideEncryptionByDefault = new ServerSideEncryptionByDefault
                {
                    ServerSideEncryptionAlgorithm = byDefault.Required("SSEAlgorithm"),
                    ServerSideEncryptionKeyManagementServiceKeyId = byDefault.Text("KMSMasterKeyID"),
                },
            });
            byDefault.End();
            rule.End();
        }

        encryption.End();
        if (rules.Count > 0)
        {
            await storage.PutBucketEncryptionAsync(
                new PutBucketEncryptionRequest
                {
                    BucketName = bucket,
                    ServerSideEncryptionConfiguration = new ServerSideEncryptionConfiguration { ServerSideEncryptionRules = rules },
                },
                cancellation);
        }
    }

    private async Task OwnAsync(string bucket, Properties ownership, CancellationToken cancellation)
    {
        foreach (var rule in ownership.Each("Rules"))
        {
            await storage.PutBucketOwnershipControlsAsync(
                new PutBucketOwnershipControlsRequest
                {
                    BucketName = bucket,
                    OwnershipControls = new OwnershipControls
                    {
                        Rules = [new OwnershipControlsRule { ObjectOwnership = rule.Required("ObjectOwnership") }],
                    },
                },
                cancellation);
            rule.End();
        }

        ownership.End();
    }

    private async Task BlockAsync(string bucket, Properties block, CancellationToken cancellation)
    {
        bool Flag(string name) => bool.Parse(block.Text(name) ?? "false");
        await storage.PutPublicAccessBlockAsync(
            new PutPublicAccessBlockRequest
            {
                BucketName = bucket,
                PublicAccessBlockConfiguration = new PublicAccessBlockConfiguration
                {
                    BlockPublicAcls = Flag("BlockPublicAcls"),
                    BlockPublicPolicy = Flag("BlockPublicPolicy"),
                    IgnorePublicAcls = Flag("IgnorePublicAcls"),
                    RestrictPublicBuckets = Flag("RestrictPublicBuckets"),
                },
            },
            cancellation);
        block.End();
    }

    private async Task ExpireAsync(string bucket, Properties lifecycle, CancellationToken cancellation)
    {
        var rules = new List<LifecycleRule>();
        foreach (var rule in lifecycle.Each("Rules"))
        {
            var made = new LifecycleRule
            {
                Id = rule.Required("Id"),
                Status = rule.Required("Status"),
                Filter = new LifecycleFilter
                {
                    LifecycleFilterPredicate = new LifecyclePrefixPredicate { Prefix = rule.Text("Prefix") ?? string.Empty },
                },
            };
            if (rule.Text("ExpirationInDays") is { } days)
                made.Expiration = new LifecycleRuleExpiration { Days = int.Parse(days, CultureInfo.InvariantCulture) };
            if (rule.Text("ExpiredObjectDeleteMarker") is { } forget)
                made.Expiration = new LifecycleRuleExpiration { ExpiredObjectDeleteMarker = bool.Parse(forget) };
            var old = rule.Inner("NoncurrentVersionExpiration");
            if (old.Text("NoncurrentDays") is { } noncurrent)
            {
                made.NoncurrentVersionExpiration = new LifecycleRuleNoncurrentVersionExpiration
                {
                    NoncurrentDays = int.Parse(noncurrent, CultureInfo.InvariantCulture),
                };
            }

            old.End();
            var abort = rule.Inner("AbortIncompleteMultipartUpload");
            if (abort.Text("DaysAfterInitiation") is { } after)
            {
                made.AbortIncompleteMultipartUpload = new LifecycleRuleAbortIncompleteMultipartUpload
                {
                    DaysAfterInitiation = int.Parse(after, CultureInfo.InvariantCulture),
                };
            }

            abort.End();
            rule.End();
            rules.Add(made);
        }

        lifecycle.End();
        if (rules.Count > 0)
        {
            await storage.PutLifecycleConfigurationAsync(
                new PutLifecycleConfigurationRequest
                {
                    BucketName = bucket,
                    Configuration = new LifecycleConfiguration { Rules = rules },
                },
                cancellation);
        }
    }

    private async Task VersionAsync(string bucket, Properties versioning, CancellationToken cancellation)
    {
        if (versioning.Text("Status") is { } status)
        {
            await storage.PutBucketVersioningAsync(
                new PutBucketVersioningRequest
                {
                    BucketName = bucket,
                    VersioningConfig = new S3BucketVersioningConfig { Status = status },
                },
                cancellation);
        }

        versioning.End();
    }

    private async Task NotifyAsync(string bucket, Properties notifications, CancellationToken cancellation)
    {
        var functions = new List<LambdaFunctionConfiguration>();
        foreach (var configuration in notifications.Each("LambdaConfigurations"))
        {
            var filter = configuration.Inner("Filter");
            var key = filter.Inner("S3Key");
            functions.Add(new LambdaFunctionConfiguration
            {
                FunctionArn = configuration.Required("Function"),
                Events = [new EventType(configuration.Required("Event"))],
                Filter = new Filter
                {
                    S3KeyFilter = new S3KeyFilter
                    {
                        FilterRules = [.. key.Each("Rules").Select(rule => new FilterRule(rule.Required("Name"), rule.Required("Value")))],
                    },
                },
            });
            key.End();
            filter.End();
            configuration.End();
        }

        notifications.End();
        if (functions.Count > 0)
        {
            await storage.PutBucketNotificationAsync(
                new PutBucketNotificationRequest { BucketName = bucket, LambdaFunctionConfigurations = functions }, cancellation);
        }
    }
}

/// <summary>AWS::S3::BucketPolicy. It is kept and shown, and enforced only on AWS.</summary>
internal sealed class BucketPolicyType(IAmazonS3 storage) : IResourceType
{
    public string Name => "AWS::S3::BucketPolicy";

    public async Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation)
    {
        await storage.PutBucketPolicyAsync(
            properties.Required("Bucket"), properties.Take("PolicyDocument")!.ToJsonString(), cancellation);
        return CreatedResource.Plain(logicalId);
    }
}
