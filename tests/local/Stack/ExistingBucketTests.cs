using System.Text.Json.Nodes;
using Amazon.S3.Model;
using Pomona.Local.Account;
using Pomona.Local.Lambda;

namespace Pomona.Local.Tests.Stack;

/// <summary>The stack over a bucket that a company has already.</summary>
public sealed class ExistingBucketTests(ExistingBucketTests.Account account) : IClassFixture<ExistingBucketTests.Account>
{
    [Fact]
    public async Task An_upload_starts_a_run_by_EventBridge_and_the_bucket_stays_as_it_was()
    {
        Assert.Equal(Account.Company, account.Bucket);
        await account.UploadAsync("photos", Photos.Take(2));

        await PipelineAccount.UntilAsync(async () => await account.RunsAsync("photos") is [_, ..], () => "a run");

        Assert.Single(await account.RunsAsync("photos"));
        var notification = await account.S3.GetBucketNotificationAsync(new GetBucketNotificationRequest { BucketName = Account.Company });
        Assert.Empty(notification.LambdaFunctionConfigurations ?? []);
        Assert.Equal([Account.Company], ((await account.S3.ListBucketsAsync()).Buckets ?? []).Select(bucket => bucket.BucketName));
    }

    [Fact]
    public async Task A_marker_is_brought_to_FinishRun_by_EventBridge()
    {
        Assert.True(account.Part<FunctionRegistry>().TryGet("pomona-FinishRun", out var finish));
        await account.S3.PutObjectAsync(new PutObjectRequest
        {
            BucketName = Account.Company, Key = "runs/fruits/20261121T130455Z-3f9a2c1b/_SUCCESS", ContentBody = "{}",
        });

        await LocalAccount.EventuallyAsync(() => finish.Count is (1, 0), "FinishRun's call");
    }

    /// <summary>Whose stack is told of a bucket.</summary>
    public sealed class Account : PipelineAccount
    {
        internal const string Company = "the-company-s-photos";

        internal override LocalSettings Settings() => base.Settings() with
        {
            StackParameters = new Dictionary<string, string> { ["QuietSeconds"] = "900", ["ExistingBucket"] = Company },
        };
    }
}
