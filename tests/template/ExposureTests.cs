using System.Text.Json.Nodes;

namespace Pomona.Template.Tests;

/// <summary>Nothing public, nothing in the clear, nothing that grows for ever.</summary>
public sealed class ExposureTests
{
    [SamFact]
    public void The_bucket_blocks_public_access_and_encrypts()
    {
        var bucket = TranslatedTemplate.Resource("Bucket");
        var properties = bucket["Properties"]!;

        var block = properties["PublicAccessBlockConfiguration"]!.AsObject();
        Assert.Equal(["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"], block.Select(static kind => kind.Key).Order());
        Assert.All(block, static kind => Assert.True((bool?)kind.Value, kind.Key));
        Assert.Equal(
            """["WithKey",{"SSEAlgorithm":"aws:kms","KMSMasterKeyID":{"Ref":"KmsKey"}},{"SSEAlgorithm":"AES256"}]""",
            properties["BucketEncryption"]!["ServerSideEncryptionConfiguration"]![0]!["ServerSideEncryptionByDefault"]!["Fn::If"]!.ToJsonString());
        Assert.Equal("BucketOwnerEnforced", (string?)properties["OwnershipControls"]!["Rules"]![0]!["ObjectOwnership"]);
        Assert.Equal("RetainExceptOnCreate", (string?)bucket["DeletionPolicy"]);
    }

    [SamFact]
    public void Buckets_topics_and_queues_are_reached_over_TLS_only()
    {
        var denying = TranslatedTemplate.Statements()
            .Where(static statement => !statement.Allows && (string?)statement.Json["Condition"]?["Bool"]?["aws:SecureTransport"] == "false")
            .Select(static statement => statement.Owner);

        Assert.Equal(["BucketPolicy", "DeadLettersPolicy", "EventTopicPolicy", "MailTopicPolicy"], denying.Order());
        Assert.Equal(
            4,
            TranslatedTemplate.Of("AWS::S3::Bucket").Count() + TranslatedTemplate.Of("AWS::SNS::Topic").Count() + TranslatedTemplate.Of("AWS::SQS::Queue").Count());
    }

    [SamFact]
    public void Nobody_outside_the_account_is_let_in()
    {
        foreach (var statement in TranslatedTemplate.Statements().Where(static statement => statement.Allows && statement.Json.ContainsKey("Principal")))
        {
            var principal = statement.Json["Principal"]!;
            Assert.True(principal is JsonObject, $"a principal that is anybody: {statement}");
            Assert.All(principal.AsObject(), kind => Assert.True(
                kind.Key == "Service" || kind.Value!["Fn::Sub"]?.ToString().Contains("${AWS::AccountId}:root", StringComparison.Ordinal) == true, statement.ToString()));
        }
    }

    [SamFact]
    public void Topics_queues_and_the_clusters_disks_are_encrypted()
    {
        Assert.All(TranslatedTemplate.Of("AWS::SNS::Topic"), topic => Assert.Equal(
            """["WithKey",{"Ref":"KmsKey"},{"Ref":"DataKey"}]""", topic.Properties["KmsMasterKeyId"]!["Fn::If"]!.ToJsonString()));
        Assert.All(TranslatedTemplate.Of("AWS::SQS::Queue"), queue => Assert.True((bool?)queue.Properties["SqsManagedSseEnabled"]));
        Assert.All(TranslatedTemplate.Of("AWS::KMS::Key"), key => Assert.True((bool?)key.Properties["EnableKeyRotation"]));
        var security = TranslatedTemplate.Resource("ClusterSecurity")["Properties"]!["SecurityConfiguration"]!;
        Assert.True((bool?)security["EncryptionConfiguration"]!["EnableAtRestEncryption"]);
        Assert.True((bool?)security["EncryptionConfiguration"]!["AtRestEncryptionConfiguration"]!["LocalDiskEncryptionConfiguration"]!["EnableEbsEncryption"]);
    }

    [SamFact]
    public void Instances_answer_only_the_second_version_of_the_metadata_service()
        => Assert.Equal(2, (int?)TranslatedTemplate.Resource("ClusterSecurity")["Properties"]!["SecurityConfiguration"]!
            ["InstanceMetadataServiceConfiguration"]!["MinimumInstanceMetadataServiceVersion"]);

    [SamFact]
    public void A_company_s_key_is_on_bucket_topics_and_logs_and_everybody_who_needs_it_may_use_it_only_so()
    {
        Assert.Equal("", (string?)TranslatedTemplate.Json["Parameters"]!["KmsKey"]!["Default"]);
        Assert.All(TranslatedTemplate.Of("AWS::Logs::LogGroup"), log => Assert.Equal(
            """["WithKey",{"Ref":"KmsKey"},{"Ref":"AWS::NoValue"}]""", log.Properties["KmsKeyId"]?["Fn::If"]?.ToJsonString()));
        var roles = TranslatedTemplate.Statements().Where(static statement => statement is { Allows: true, Kind: PolicyKind.Identity }).GroupBy(static statement => statement.Owner);
        foreach (var role in roles)
        {
            var touches = role.Any(static statement => statement.Actions.Any(static action => action is "s3:GetObject" or "s3:PutObject"));
            var grant = role.SingleOrDefault(static statement => statement.ConditionKeys.Contains("kms:ViaService"));
            Assert.True(touches == grant is not null, $"{role.Key} reads or writes objects: {touches}; may use the key for them: {grant is not null}");
            Assert.True(grant is null || grant.Resources is [{ } key] && (string?)key["Ref"] == "KmsKey", role.Key);
            var publishes = role.Any(static statement => statement.Actions.Contains("sns:Publish"));
            Assert.True(!publishes || role.Any(static statement => statement.ConditionKeys.Contains("kms:EncryptionContext:aws:sns:topicArn")
                && statement.Resources is [{ } key] && key["Fn::If"]?.ToJsonString() == """["WithKey",{"Ref":"KmsKey"},{"Fn::GetAtt":["DataKey","Arn"]}]"""), role.Key);
        }
    }

    [SamFact]
    public void Logs_are_kept_for_a_time_and_broken_uploads_forgotten()
    {
        Assert.All(TranslatedTemplate.Of("AWS::Logs::LogGroup"), log => Assert.True(log.Properties.ContainsKey("RetentionInDays"), log.Name));
        var groups = TranslatedTemplate.Of("AWS::Logs::LogGroup").Select(static log => log.Name).ToHashSet();
        Assert.All(TranslatedTemplate.Of("AWS::Lambda::Function"), function => Assert.Contains((string)function.Properties["LoggingConfig"]!["LogGroup"]!["Ref"]!, groups));
        var rules = TranslatedTemplate.Resource("Bucket")["Properties"]!["LifecycleConfiguration"]!["Rules"]!.AsArray();
        Assert.Contains(rules, rule => rule!["AbortIncompleteMultipartUpload"] is not null);
        Assert.Contains(rules, rule => (string?)rule!["Prefix"] == "logs/");
    }

    [SamFact]
    public void What_is_overwritten_can_be_brought_back_for_a_time_that_ends_and_nobody_in_the_stack_touches_old_versions()
    {
        var bucket = TranslatedTemplate.Resource("Bucket")["Properties"]!;
        Assert.Equal("Enabled", (string?)bucket["VersioningConfiguration"]!["Status"]);
        var rule = Assert.Single(bucket["LifecycleConfiguration"]!["Rules"]!.AsArray(), rule => rule!["NoncurrentVersionExpiration"] is not null)!;
        Assert.Equal(("Enabled", "OldVersionDays", true, null), (
            (string?)rule["Status"], (string?)rule["NoncurrentVersionExpiration"]!["NoncurrentDays"]!["Ref"], (bool?)rule["ExpiredObjectDeleteMarker"], rule["Prefix"]));
        var days = TranslatedTemplate.Json["Parameters"]!["OldVersionDays"]!;
        Assert.Equal((1, 365), ((int?)days["MinValue"], (int?)days["MaxValue"]));
        Assert.DoesNotContain(
            TranslatedTemplate.Statements().Where(static statement => statement.Allows).SelectMany(static statement => statement.Actions),
            static action => action.Contains("Version", StringComparison.Ordinal) || action.Contains("Lifecycle", StringComparison.Ordinal));
    }
}
