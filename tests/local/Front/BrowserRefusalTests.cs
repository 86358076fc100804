using System.Net;
using System.Text;
using Pomona.Local.Emr;

namespace Pomona.Local.Tests.Front;

public sealed class BrowserRefusalTests(LocalAccount account) : IClassFixture<LocalAccount>
{
    // What a page can send without asking anybody: a "simple" request, with all that AWS needs in the address.
    private const string Rent = "service/ElasticMapReduce/operation/RunJobFlow?X-Amz-Credential=me/20260101/us-east-1/elasticmapreduce/aws4_request";
    private const string RentedCluster = """{"Name":"foreign","ReleaseLabel":"emr-7.7.0","ServiceRole":"s","JobFlowRole":"n","Instances":{"InstanceCount":1,"MasterInstanceType":"m5.xlarge","KeepJobFlowAliveWhenNoSteps":true}}""";

    [Theory]
    [InlineData("localhost", "Origin: https://elsewhere.example")]
    [InlineData("localhost", "Origin: http://localhost:1")]
    [InlineData("localhost", "Origin: null")]
    [InlineData("localhost", "Sec-Fetch-Site: cross-site; Sec-Fetch-Mode: no-cors")]
    [InlineData("localhost", "Sec-Fetch-Site: same-site; Sec-Fetch-Mode: no-cors")]
    [InlineData("localhost", "Sec-Fetch-Site: cross-site; Sec-Fetch-Mode: navigate; Sec-Fetch-Dest: document")]
    [InlineData("localhost", "Sec-Fetch-Site: none; Sec-Fetch-Mode: navigate; Sec-Fetch-Dest: document")]
    [InlineData("rebound.example", "")]
    [InlineData("rebound.example", "Sec-Fetch-Site: same-origin")]
    [InlineData("localhost.example", "")]
    public async Task A_foreign_page_can_rent_no_cluster(string host, string headers)
    {
        var (status, _, _) = await SendAsync(HttpMethod.Post, Rent, host, headers, RentedCluster);

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.DoesNotContain(account.Part<ClusterStore>().All, cluster => cluster.Name == "foreign");
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    public async Task An_aws_tool_rents_one_by_the_same_request(string host)
    {
        var (status, answer, _) = await SendAsync(HttpMethod.Post, Rent, host, "", RentedCluster.Replace("foreign", "own", StringComparison.Ordinal));

        Assert.True(status == HttpStatusCode.OK, answer);
    }

    [Theory]
    [InlineData("GET", "", "Origin: https://elsewhere.example")]
    [InlineData("GET", "_local/api/account", "Sec-Fetch-Site: cross-site; Sec-Fetch-Mode: no-cors; Sec-Fetch-Dest: image")]
    [InlineData("GET", "_local/api/account", "Origin: null")]
    [InlineData("POST", "_local/api/shutdown", "Sec-Fetch-Site: cross-site; Sec-Fetch-Mode: navigate; Sec-Fetch-Dest: document")]
    [InlineData("DELETE", "_local/api/faults", "Origin: https://elsewhere.example")]
    [InlineData("OPTIONS", "_local/api/faults", "Origin: https://elsewhere.example")]
    [InlineData("GET", "", "Sec-Fetch-Site: cross-site; Sec-Fetch-Mode: navigate; Sec-Fetch-Dest: iframe; Accept: text/html")]
    [InlineData("GET", "?Action=ListTopics&X-Amz-Credential=me/20260101/us-east-1/sns/aws4_request", "Sec-Fetch-Site: none; Sec-Fetch-Mode: navigate; Sec-Fetch-Dest: document")]
    [InlineData("GET", "_runtime/i-x/2018-06-01/runtime/invocation/next", "Sec-Fetch-Site: none; Sec-Fetch-Mode: navigate; Sec-Fetch-Dest: document")]
    public async Task A_foreign_page_reads_and_changes_nothing(string method, string address, string headers)
    {
        var (status, _, _) = await SendAsync(HttpMethod.Parse(method), address, "localhost", headers);

        Assert.Equal(HttpStatusCode.Forbidden, status);
    }

    [Theory]
    [InlineData("", "Sec-Fetch-Site: cross-site; Sec-Fetch-Mode: navigate; Sec-Fetch-Dest: document; Accept: text/html")]
    [InlineData("", "Sec-Fetch-Site: none; Sec-Fetch-Mode: navigate; Sec-Fetch-Dest: document; Accept: text/html")]
    [InlineData("_local/page.js", "Sec-Fetch-Site: same-origin; Sec-Fetch-Mode: no-cors; Sec-Fetch-Dest: script")]
    [InlineData("_local/api/status", "Sec-Fetch-Site: same-origin; Sec-Fetch-Mode: cors; Sec-Fetch-Dest: empty")]
    public async Task A_person_sees_the_page_also_by_a_link_in_a_mail(string address, string headers)
    {
        var (status, _, _) = await SendAsync(HttpMethod.Get, address, "localhost", headers);

        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact]
    public async Task An_object_is_found_by_its_buckets_host_name_and_runs_no_script_in_a_browser()
    {
        await account.S3.PutBucketAsync("pages");
        await account.S3.PutObjectAsync(new Amazon.S3.Model.PutObjectRequest { BucketName = "pages", Key = "x.html", ContentBody = "<b>x</b>", ContentType = "text/html" });
        var signed = new Uri(await account.S3.GetPreSignedURLAsync(new Amazon.S3.Model.GetPreSignedUrlRequest
        {
            BucketName = "pages",
            Key = "x.html",
            Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(5),
            Protocol = Amazon.S3.Protocol.HTTP,
        })).Query;
        var byHost = await SendAsync(HttpMethod.Get, "x.html" + signed, "pages.localhost", "");
        var byPerson = await SendAsync(HttpMethod.Get, "pages/x.html" + signed, "localhost", "Sec-Fetch-Site: none; Sec-Fetch-Mode: navigate; Sec-Fetch-Dest: document");

        Assert.Equal((HttpStatusCode.OK, "<b>x</b>", "sandbox"), byHost);
        Assert.Equal((HttpStatusCode.OK, "<b>x</b>", "sandbox"), byPerson);
    }

    private async Task<(HttpStatusCode Status, string Answer, string? Policy)> SendAsync(
        HttpMethod method, string address, string host, string headers, string? body = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(account.Cloud.Settings.Front, address));
        request.Headers.Host = $"{host}:{account.Cloud.Settings.Front.Port}";
        foreach (var header in headers.Split("; ", StringSplitOptions.RemoveEmptyEntries))
            request.Headers.TryAddWithoutValidation(header.Split(": ")[0], header.Split(": ")[1]);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "text/plain");
        using var answer = await http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(),
            answer.Headers.TryGetValues("Content-Security-Policy", out var policy) ? policy.Single() : null);
    }
}
