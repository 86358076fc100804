using System.Text.Json.Nodes;
using Amazon.S3.Model;
using Pomona.Local.Account;
using Pomona.Local.EventBridge;
using Pomona.Local.Lambda;

namespace Pomona.Local.Tests.Stack;

/// <summary>The stack with all that a company may ask for: its own bucket, key, boundary and tags, and a limit of days for runs.</summary>
public sealed class CompanyAccountTests(CompanyAccountTests.Account account) : IClassFixture<CompanyAccountTests.Account>
{
    [Fact]
    public async Task An_upload_starts_a_run_by_EventBridge_and_the_bucket_stays_as_it_was()
    {
        Assert.Equal(Account.Company, account.Bucket);
        await account.UploadAsync("photos", Photos.Take(2));

        Assert.Single(await Eventually.FoundAsync(async () => await account.RunsAsync("photos") is [_, ..] runs ? runs : null, "a run"));
        var notification = await account.S3.GetBucketNotificationAsync(new GetBucketNotificationRequest { BucketName = Account.Company });
        Assert.Empty(notification.LambdaFunctionConfigurations ?? []);
        Assert.Equal([Account.Company], ((await account.S3.ListBucketsAsync()).Buckets ?? []).Select(bucket => bucket.BucketName));
    }

    [Fact]
    public async Task Topics_are_encrypted_with_the_company_s_key_and_the_day_s_schedule_may_fire()
    {
        var topic = await account.CallAsync("sns", "GetTopicAttributes", new JsonObject { ["TopicArn"] = account.Stack.Outputs["MailTopicArn"] });
        Assert.Equal(Account.Key, (string?)topic["Attributes"]!["KmsMasterKeyId"]);

        await account.Part<Schedules>().FireAsync("forget-runs", CancellationToken.None);
        Assert.True(account.Part<FunctionRegistry>().TryGet("pomona-ForgetRuns", out var forget));
        await Eventually.HoldsAsync(() => forget.Count is (1, 0), "ForgetRuns' call");
    }

    [Fact]
    public async Task A_marker_is_brought_to_FinishRun_by_EventBridge()
    {
        Assert.True(account.Part<FunctionRegistry>().TryGet("pomona-FinishRun", out var finish));
        await account.S3.PutObjectAsync(new PutObjectRequest
        {
            BucketName = Account.Company,
            Key = "runs/fruits/20261121T130455Z-3f9a2c1b/_SUCCESS",
            ContentBody = "{}",
        });

        await Eventually.HoldsAsync(() => finish.Count is (1, 0), "FinishRun's call");
    }

    /// <summary>A company's account.</summary>
    public sealed class Account : PipelineAccount
    {
        internal const string Company = "the-company-s-photos";
        internal const string Key = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000001";

        internal override LocalSettings Settings() => base.Settings() with
        {
            StackParameters = new Dictionary<string, string>
            {
                ["QuietSeconds"] = "900",
                ["ExistingBucket"] = Company,
                ["KmsKey"] = Key,
                ["PermissionsBoundary"] = "arn:aws:iam::123456789012:policy/company",
                ["ExtraTags"] = "team=photos",
                ["KeepRunsDays"] = "30",
            },
        };
    }
}
