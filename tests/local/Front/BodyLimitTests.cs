namespace Pomona.Local.Tests.Front;

/// <summary>Nobody fills memory or holds connections: bodies are as long as their operation takes, and come at some speed.</summary>
public sealed class BodyLimitTests(LocalAccount account) : IClassFixture<LocalAccount>
{
    [Theory]
    [InlineData("POST /", "sns", 2 << 20)]
    [InlineData("POST /2015-03-31/functions/Echo/invocations", "lambda", 6 << 20)]
    [InlineData("PUT /bucket?policy", "s3", 20 << 10)]
    [InlineData("PUT /bucket/key", "s3", (5L << 30) + (64L << 20))]
    public async Task A_body_that_is_longer_than_its_operation_takes_is_refused_before_it_is_read(string request, string service, long most)
    {
        Assert.StartsWith("HTTP/1.1 413 ", await account.SendAsync(RawRequest.Head(request, service, $"Content-Length: {most + 1}")));
    }

    [Theory]
    [InlineData("POST /", "sns")]
    [InlineData("PUT /bucket?policy", "s3")]
    public async Task A_body_that_says_no_length_is_refused_when_it_is_too_long(string request, string service)
    {
        await account.S3.PutBucketAsync("bucket");
        var chunk = $"100000\r\n{new string('x', 1 << 20)}\r\n";

        Assert.StartsWith("HTTP/1.1 413 ", await account.SendAsync(RawRequest.Head(request, service, "Transfer-Encoding: chunked") + chunk + chunk + chunk + "0\r\n\r\n"));
    }

    [Theory]
    [InlineData("POST /_local/api/faults", 64 << 10)]
    [InlineData("POST /_runtime/nobody/2018-06-01/runtime/init/error", 6 << 20)]
    public async Task The_local_clouds_own_addresses_have_limits_too(string request, int most) =>
        Assert.StartsWith("HTTP/1.1 413 ", await account.SendAsync(RawRequest.Head(request, "s3", $"Content-Type: application/json\r\nContent-Length: {most + 1}")));

    [Theory]
    [InlineData("POST /", "sns")] // its body is read whole
    [InlineData("PUT /bucket/key", "s3")] // its body streams through
    public async Task Whoever_sends_too_slowly_is_dropped(string request, string service)
    {
        var answer = await account.SendAsync(RawRequest.Head(request, service, "Content-Length: 1000") + "x");

        Assert.StartsWith("HTTP/1.1 408 ", answer);
    }

    [Fact]
    public async Task Whoever_never_ends_the_headers_is_dropped() =>
        Assert.Matches("^$|^HTTP/1.1 408 ", await account.SendAsync("GET / HTTP/1.1\r\nHost: localhost\r\n"));
}
