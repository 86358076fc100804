using System.Net;
using Pomona.Local.Account;

namespace Pomona.Local.Tests.Front;

/// <summary>An account on a system that does not tell whose a connection is: the key opens it, and nothing else does.</summary>
public sealed class KeyTests(KeyTests.Account account) : IClassFixture<KeyTests.Account>
{
    [Theory]
    [InlineData("", HttpStatusCode.Forbidden)]
    [InlineData("_local/api/status", HttpStatusCode.Forbidden)]
    [InlineData("_local/open?key=guessed", HttpStatusCode.Forbidden)]
    [InlineData("_runtime/i-guessed/2018-06-01/runtime/invocation/next", HttpStatusCode.Forbidden)]
    [InlineData("bucket/key?X-Amz-Credential=you-guessed/20260101/us-east-1/s3/aws4_request", HttpStatusCode.Forbidden)]
    [InlineData("bucket/key?X-Amz-Credential=you-KEY/20260101/us-east-1/s3/aws4_request", HttpStatusCode.NotFound)]
    [InlineData("_local/open?key=KEY", HttpStatusCode.OK)]
    public async Task An_address_without_the_key_is_refused(string address, HttpStatusCode status)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(account.Cloud.Settings.Front, address.Replace("KEY", account.Cloud.Settings.Key, StringComparison.Ordinal)));
        request.Headers.Add("Accept", "text/html");
        using var answer = await http.SendAsync(request);

        Assert.Equal(status, answer.StatusCode);
    }

    public sealed class Account : LocalAccount
    {
        internal override LocalSettings Settings() => base.Settings() with { LooksUpUsers = false };
    }
}
