using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.S3;
using Amazon.S3.Model;
using Pomona.Local.Account;
using Pomona.Local.Lambda;
using Pomona.Local.S3;

namespace Pomona.Local.Tests.S3;

public sealed class EventDeliveryTests(LocalAccount account) : IClassFixture<LocalAccount>
{
    [Fact]
    public async Task A_put_a_copy_and_a_multipart_upload_arrive_once_each_with_encoded_keys()
    {
        var events = await BucketAsync("once", prefix: "in/");
        const string Key = "in/Äpfel & Birnen/a+b (1).jpg";
        await account.S3.PutObjectAsync(new PutObjectRequest { BucketName = "once", Key = Key, ContentBody = "12345" });
        await account.S3.CopyObjectAsync("once", Key, "once", "in/copy");
        var upload = await account.S3.InitiateMultipartUploadAsync("once", "in/parts");
        using var part = new MemoryStream(new byte[6 << 20]);
        var sent = await account.S3.UploadPartAsync(new UploadPartRequest
        {
            BucketName = "once",
            Key = "in/parts",
            UploadId = upload.UploadId,
            PartNumber = 1,
            InputStream = part,
        });
        await account.S3.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest
        {
            BucketName = "once",
            Key = "in/parts",
            UploadId = upload.UploadId,
            PartETags = [new PartETag(1, sent.ETag)],
        });
        await account.S3.PutObjectAsync(new PutObjectRequest { BucketName = "once", Key = "elsewhere", ContentBody = "x" });
        await SettledAsync();

        var records = Read(events);
        Assert.Equal(
            ["ObjectCreated:Put", "ObjectCreated:Copy", "ObjectCreated:CompleteMultipartUpload"],
            records.OrderBy(record => (string)record["s3"]!["object"]!["sequencer"]!, StringComparer.Ordinal).Select(record => (string)record["eventName"]!));
        var put = records.Single(record => (string)record["eventName"]! == "ObjectCreated:Put")["s3"]!["object"]!;
        Assert.Equal("in/%C3%84pfel+%26+Birnen/a%2Bb+%281%29.jpg", (string?)put["key"]);
        Assert.Equal(5, (int)put["size"]!);
        Assert.Matches("^[0-9a-f]{32}$", (string?)put["eTag"]);
        Assert.Null(put["versionId"]);
        Assert.Equal(6 << 20, (int)records.Single(record => (string)record["eventName"]! == "ObjectCreated:CompleteMultipartUpload")["s3"]!["object"]!["size"]!);
    }

    [Fact]
    public async Task A_bucket_with_versions_tells_the_version()
    {
        var events = await BucketAsync("versioned");
        await account.S3.PutBucketVersioningAsync(new PutBucketVersioningRequest
        {
            BucketName = "versioned",
            VersioningConfig = new S3BucketVersioningConfig { Status = VersionStatus.Enabled },
        });
        var put = await account.S3.PutObjectAsync(new PutObjectRequest { BucketName = "versioned", Key = "k", ContentBody = "x" });
        await SettledAsync();

        Assert.Equal(put.VersionId, (string?)Assert.Single(Read(events))["s3"]!["object"]!["versionId"]);
    }

    [Fact]
    public async Task Duplicates_and_delays_lose_nothing_and_reorder()
    {
        var events = await BucketAsync("rough");
        account.Part<EventDelivery>().Settings = new DeliverySettings(DuplicateOneIn: 2, TimeSpan.FromMilliseconds(300), Seed: 7);
        for (var i = 0; i < 20; i++)
            await account.S3.PutObjectAsync(new PutObjectRequest { BucketName = "rough", Key = $"k{i:00}", ContentBody = "x" });
        await SettledAsync();
        account.Part<EventDelivery>().Settings = new DeliverySettings();

        var keys = Read(events).ConvertAll(record => (string)record["s3"]!["object"]!["key"]!);
        Assert.Equal(30, keys.Count);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"k{i:00}"), keys.Distinct().Order(StringComparer.Ordinal));
        Assert.NotEqual(keys.Order(StringComparer.Ordinal), keys);
    }

    [Fact]
    public async Task Whoever_hangs_up_before_the_answer_has_told_all_the_same()
    {
        var events = await BucketAsync("hasty");
        for (var i = 0; i < 20; i++)
        {
            using var caller = new TcpClient();
            await caller.ConnectAsync("localhost", account.Cloud.Settings.Front.Port);
            await caller.Client.SendAsync(Encoding.ASCII.GetBytes(
                $"PUT /hasty/k{i:00} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n"
                + "Authorization: AWS4-HMAC-SHA256 Credential=me/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0\r\n\r\nx"));
            await Task.Delay(i); // some hang up before moto has the object, some after
        }

        string[] stored = [];
        await Eventually.FoundAsync(
            async () =>
            {
                var before = stored;
                var listed = await account.S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "hasty" });
                stored = [.. (listed.S3Objects ?? []).Select(found => found.Key)];
                return stored.Length > 0 && stored.Length == before.Length
                    && stored.SequenceEqual(Read(events).Select(record => (string)record["s3"]!["object"]!["key"]!).Order(StringComparer.Ordinal))
                    ? stored : null;
            },
            "an event of each object that is there");
    }

    [Fact]
    public async Task A_refused_conditional_put_tells_nobody()
    {
        var events = await BucketAsync("conditional");
        await account.S3.PutObjectAsync(new PutObjectRequest { BucketName = "conditional", Key = "k", ContentBody = "1", IfNoneMatch = "*" });
        await Assert.ThrowsAsync<AmazonS3Exception>(() => account.S3.PutObjectAsync(
            new PutObjectRequest { BucketName = "conditional", Key = "k", ContentBody = "2", IfNoneMatch = "*" }));
        await SettledAsync();

        Assert.Single(Read(events));
    }

    [Fact]
    public async Task Keys_that_addresses_would_normalise_arrive_as_they_are()
    {
        await account.S3.PutBucketAsync("keys");
        string[] keys = ["a//b", "c%2Fd", "e f", "g+h", "i?j#k", "ü/ñ"];
        foreach (var key in keys)
            await account.S3.PutObjectAsync(new PutObjectRequest { BucketName = "keys", Key = key, ContentBody = key });

        var listed = await account.S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "keys" });
        Assert.Equal(keys.Order(StringComparer.Ordinal), listed.S3Objects.Select(entry => entry.Key).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("in/", "", "in/sub/", "")]
    [InlineData("", ".jpg", "in/", "g")]
    public async Task Overlapping_rules_are_refused(string prefix1, string suffix1, string prefix2, string suffix2)
    {
        var name = $"overlap{prefix1.Length}{suffix1.Length}";
        await account.S3.PutBucketAsync(name);
        account.Host("Record", name);
        LambdaFunctionConfiguration Rule(string prefix, string suffix) => Configuration(name, prefix, suffix);

        var fault = await Assert.ThrowsAsync<AmazonS3Exception>(() => account.S3.PutBucketNotificationAsync(new PutBucketNotificationRequest
        {
            BucketName = name,
            LambdaFunctionConfigurations = [Rule(prefix1, suffix1), Rule(prefix2, suffix2)],
        }));
        Assert.Equal("InvalidArgument", fault.ErrorCode);
    }

    [Fact]
    public async Task A_function_that_does_not_exist_is_refused_as_a_destination()
    {
        await account.S3.PutBucketAsync("nofunction");
        var fault = await Assert.ThrowsAsync<AmazonS3Exception>(() => account.S3.PutBucketNotificationAsync(new PutBucketNotificationRequest
        {
            BucketName = "nofunction",
            LambdaFunctionConfigurations = [Configuration("nobody", "", "")],
        }));
        Assert.Contains("Unable to validate", fault.Message);
    }

    private async Task<string> BucketAsync(string name, string prefix = "")
    {
        var file = Path.Combine(account.Folder, $"{name}.events");
        account.Host("Record", name, environment: new() { ["RECORD"] = file });
        await account.S3.PutBucketAsync(name);
        await account.S3.PutBucketNotificationAsync(new PutBucketNotificationRequest
        {
            BucketName = name,
            LambdaFunctionConfigurations = [Configuration(name, prefix, "")],
        });
        return file;
    }

    private static LambdaFunctionConfiguration Configuration(string function, string prefix, string suffix) => new()
    {
        FunctionArn = $"arn:aws:lambda:{LocalSettings.Region}:{LocalSettings.Account}:function:{function}",
        Events = [EventType.ObjectCreatedAll],
        Filter = new Filter
        {
            S3KeyFilter = new S3KeyFilter { FilterRules = [new FilterRule("prefix", prefix), new FilterRule("suffix", suffix)] },
        },
    };

    private Task SettledAsync() => Eventually.HoldsAsync(
        () => account.Part<EventDelivery>().Pending == 0 && account.Part<AsyncInvocations>().Pending == 0, "the last delivery");

    private static List<JsonNode> Read(string file) =>
        [.. Recorded.Read(file).Select(told => told["Records"]!.AsArray().Single()!)];
}
