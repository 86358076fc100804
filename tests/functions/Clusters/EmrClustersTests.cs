using System.Net;
using System.Text;
using Amazon.ElasticMapReduce;
using Amazon.Runtime;
using Pomona.Functions.Clusters;

namespace Pomona.Functions.Tests.Clusters;

/// <summary>What EMR tells of a cluster may quote a node's log, or whoever may tag.</summary>
public sealed class EmrClustersTests
{
    [Fact]
    public async Task Words_that_emr_quotes_are_a_line_each_and_short()
    {
        const string Hostile = @"because\n2026-11-28 ERROR all is lost \u202e\u001b[8m";
        using var answers = new Answers($$$$"""
            {"Cluster":{"Id":"j-1ABCDEFGHIJKL","Name":"n","Tags":[{"Key":"pomona:stack","Value":"s\nt"}],
             "Status":{"State":"TERMINATED_WITH_ERRORS","StateChangeReason":{"Code":"STEP_FAILURE","Message":"{{{{Hostile}}}}{{{{new string('x', 9000)}}}}"},
              "ErrorDetails":[{"ErrorCode":"E","ErrorMessage":"{{{{Hostile}}}}"}]} },
             "Step":{"Id":"s-1","Name":"n","Config":{"Args":["run"]},"Status":{"State":"FAILED","FailureDetails":{"Reason":"{{{{Hostile}}}}"} } } }
            """);
        using var client = new AmazonElasticMapReduceClient(
            new BasicAWSCredentials("a", "b"),
            new AmazonElasticMapReduceConfig { ServiceURL = "http://localhost", HttpClientFactory = new HandledClients(answers), MaxErrorRetry = 0 });
        var clusters = new EmrClusters(client);

        var cluster = (await clusters.DescribeAsync("j-1ABCDEFGHIJKL", CancellationToken.None))!;
        var step = (await clusters.DescribeStepAsync("j-1ABCDEFGHIJKL", "s-1", CancellationToken.None))!;

        string[] told = [cluster.Reason, cluster.Errors![0].Message, step.Reason, cluster.Tag("pomona:stack")!];
        Assert.All(told, line => Assert.DoesNotContain(line, letter => char.IsControl(letter) || letter == '\u202e'));
        Assert.All(told, line => Assert.InRange(line.Length, 3, 2010));
    }

    private sealed class Answers(string json) : DelegatingHandler(new HttpClientHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(json, Encoding.UTF8, "application/x-amz-json-1.1") });
    }
}
