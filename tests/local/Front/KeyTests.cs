using System.Net;
using Pomona.Local.Account;
using Pomona.Local.Emr;
using Pomona.Local.Sns;

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

    [Fact]
    public async Task A_run_ends_as_always_because_each_of_the_accounts_own_callers_has_the_key()
    {
        await account.UploadAsync("keyed", Photos.Take(20));
        var run = await account.EndedAsync("keyed");
        await account.GoneAsync(run);

        Assert.True(run.Status == "SUCCEEDED", $"{run.Status} {run.Error}: {run.Cause}");
        Assert.Equal(["Pomona: keyed is ready, the job begins", "Pomona: keyed has finished"], account.Part<Mailbox>().Letters.Select(letter => letter.Subject));
        Assert.All(account.Part<ClusterStore>().All, cluster => Assert.True(ClusterState.IsFinal(cluster.State)));
    }

    public sealed class Account : PipelineAccount
    {
        internal override LocalSettings Settings() => base.Settings() with { LooksUpUsers = false };
    }
}
