using Amazon.S3.Model;

namespace Pomona.Local.Tests.Front;

/// <summary>A key is a key, whatever it would mean as a path, as a text in C, or as a header.</summary>
public sealed class OddKeyTests(LocalAccount account) : IClassFixture<LocalAccount>
{
    [Theory]
    [InlineData("../../escaped")]
    [InlineData("%2e%2e/%2e%2e/escaped")]
    [InlineData("..%2f..%2fescaped")]
    [InlineData("%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2fescaped")]
    [InlineData("%2Fetc%2Fescaped")]
    [InlineData("nul%00escaped")]
    [InlineData("line%0d%0aSet-Cookie:%20escaped=1")]
    [InlineData("line%0aescaped")]
    public async Task A_key_leads_out_of_nothing_and_adds_no_header(string target)
    {
        await account.S3.PutBucketAsync("odd");
        var outside = Above().ToList();
        var head = RawRequest.Head($"PUT /odd/{target}", "s3", "Content-Length: 7");

        var written = await account.SendAsync(head + "escaped");
        var read = await account.SendAsync(RawRequest.Head($"GET /odd/{target}", "s3", "Content-Length: 0"));

        Assert.Matches("^HTTP/1.1 [24]", written);
        Assert.Matches("^HTTP/1.1 [24]", read);
        Assert.DoesNotContain("\nSet-Cookie", written + read, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(outside, Above());
        Assert.DoesNotContain(
            Directory.EnumerateFiles(account.Folder, "*", SearchOption.AllDirectories), path => path.Contains("escaped", StringComparison.Ordinal) && File.ReadAllText(path) == "escaped");
    }

    [Fact]
    public async Task A_key_with_dots_that_a_tool_sends_is_the_key_that_is_listed()
    {
        await account.S3.PutBucketAsync("dots");
        await account.S3.PutObjectAsync(new PutObjectRequest { BucketName = "dots", Key = "a/..b/c..", ContentBody = "x" });

        var listed = await account.S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "dots" });

        Assert.Equal(["a/..b/c.."], listed.S3Objects.Select(item => item.Key));
    }

    /// <summary>What lies beside the account's folder under such a name.</summary>
    private IEnumerable<string> Above() => new[] { Path.GetDirectoryName(account.Folder)!, "/", "/etc" }
        .SelectMany(static folder => Directory.EnumerateFileSystemEntries(folder, "*escaped*"));
}
