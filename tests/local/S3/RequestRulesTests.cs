using System.Globalization;
using System.Net;
using System.Text;
using Amazon.S3.Model;

namespace Pomona.Local.Tests.S3;

/// <summary>Requests that people send and moto answers otherwise than S3.</summary>
public sealed class RequestRulesTests(LocalAccount account) : IClassFixture<LocalAccount>
{
    [Fact]
    public async Task An_object_sent_as_a_form_as_curl_does_by_itself_is_stored_as_it_is()
    {
        await account.S3.PutBucketAsync("forms");
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes("a=1&b=2"));
        body.Headers.ContentType = new("application/x-www-form-urlencoded");

        using var put = await http.PutAsync(new Uri(account.Cloud.Settings.Front, "forms/key"), body);

        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        using var got = await account.S3.GetObjectAsync("forms", "key");
        using var reader = new StreamReader(got.ResponseStream);
        Assert.Equal("a=1&b=2", await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task A_key_may_hold_a_line_break()
    {
        await account.S3.PutBucketAsync("lines");
        const string Key = "two\nlines/and more.jpg";
        await account.S3.PutObjectAsync(new PutObjectRequest { BucketName = "lines", Key = Key, ContentBody = "12345" });

        using var got = await account.S3.GetObjectAsync("lines", Key);
        var listed = await account.S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "lines" });

        Assert.Equal(5, got.ContentLength);
        Assert.Equal(Key, Assert.Single(listed.S3Objects).Key);
    }

    [Theory]
    [InlineData(1024, HttpStatusCode.OK)]
    [InlineData(1025, HttpStatusCode.BadRequest)]
    public async Task A_key_has_at_most_1024_bytes(int bytes, HttpStatusCode status)
    {
        await account.S3.PutBucketAsync("long");
        using var http = new HttpClient();
        using var body = new ByteArrayContent([1]);
        // Two bytes a letter.
        var key = new string('é', bytes / 2) + (bytes % 2 == 1 ? "x" : "");

        using var put = await http.PutAsync(new Uri(account.Cloud.Settings.Front, $"long/{Uri.EscapeDataString(key)}"), body);

        Assert.Equal(status, put.StatusCode);
        if (status != HttpStatusCode.OK)
            Assert.Contains("<Code>KeyTooLongError</Code>", await put.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-10, 3600, HttpStatusCode.OK)]
    [InlineData(-3610, 3600, HttpStatusCode.Forbidden)]
    [InlineData(0, 604801, HttpStatusCode.BadRequest)]
    public async Task A_presigned_address_is_good_until_its_time_is_over(int signedAgo, int lasts, HttpStatusCode status)
    {
        await account.S3.PutBucketAsync("presigned");
        await account.S3.PutObjectAsync(new PutObjectRequest { BucketName = "presigned", Key = "key", ContentBody = "12345" });
        var signed = TimeProvider.System.GetUtcNow().AddSeconds(signedAgo).ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        using var http = new HttpClient();

        using var got = await http.GetAsync(new Uri(
            account.Cloud.Settings.Front,
            $"presigned/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=somebody/{signed[..8]}/us-east-1/s3/aws4_request&X-Amz-Date={signed}&X-Amz-Expires={lasts}&X-Amz-SignedHeaders=host&X-Amz-Signature=0"));

        Assert.Equal(status, got.StatusCode);
        if (status == HttpStatusCode.Forbidden)
            Assert.Contains("<Message>Request has expired</Message>", await got.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
