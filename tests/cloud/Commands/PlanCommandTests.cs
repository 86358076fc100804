using System.Text.Json.Nodes;
using Pomona.Cloud.Commands;
using Pomona.Cloud.Tests.Account;
using Pomona.Contracts;

namespace Pomona.Cloud.Tests.Commands;

public sealed class PlanCommandTests
{
    private const string Planned = """
        {"verdict": "rent", "reason": "",
         "plan": {"images": 120000, "bytes": 8123456789, "shards": 235, "shardSize": 512, "skippedFiles": 2, "fingerprint": "f"},
         "cluster": {"releaseLabel": "emr-7.7.0", "primaryVcpus": 4, "coreVcpus": 4, "taskVcpus": 40, "spot": true, "maxSeconds": 43200, "limitedBy": "MaxClusterHours",
           "typesLeftOut": ["m5a.xlarge", "m6a.xlarge"], "typesTooLarge": null, "keepMinutes": 30},
         "estimate": {"jobSeconds": 1800, "clusterSeconds": 2460, "cost": 1.284, "costAtMost": 2.5, "budget": 10, "currency": "USD", "priceDate": "2026-11-01", "keepCost": 0.4}}
        """;

    private static readonly DatasetName Fruits = DatasetName.Parse("fruits");

    [Fact]
    public void A_person_reads_images_cluster_types_time_and_price()
    {
        var lines = PlanCommand.Lines(Fruits, JsonNode.Parse(Planned)!.AsObject(), RunId.Parse("20261121T130455Z-3f9a2c1b")).Select(static line => $"{line.Title}: {line.Says}");

        Assert.Equal(
            [
                "data set: fruits: 120,000 images, 8,123.5 MB, 235 shards; 2 other files are passed over",
                ": run 20261121T130455Z-3f9a2c1b had the same images: an upload of them starts no other, a run by hand does",
                "cluster: emr-7.7.0: 4 vCPUs primary and 4 core, On-Demand; 40 task, Spot, or On-Demand where there is none",
                "types: not offered here, and left out: m5a.xlarge, m6a.xlarge",
                "time: about 41 min, of which 30 min are work; ended after 12 h at the latest (MaxClusterHours)",
                "price: about 1.28 USD, at most 2.50; the budget of a run is 10.00 (prices of 2026-11-01)",
                ": 0.40 of it for the 30 minutes that the cluster is to stay",
                "so: a run can begin",
            ],
            lines);
    }

    [Fact]
    public void Of_a_run_without_a_cluster_a_person_reads_how_it_is_done_what_it_costs_and_what_a_cluster_would_have()
    {
        const string ByFunctions = """
            {"verdict": "invoke", "reason": "", "engine": "functions", "cluster": null,
             "plan": {"images": 10000, "bytes": 80000000, "shards": 20, "shardSize": 512, "skippedFiles": 0, "fingerprint": "f"},
             "functions": {"shardsPerBatch": 1, "atOnce": 20, "memoryMb": 1769},
             "choice": {"asked": "auto", "why": "Functions: about 54 s and 0.0239 USD; a cluster would have taken about 16 min and 0.15 USD.", "other": null},
             "estimate": {"jobSeconds": 54, "clusterSeconds": 0, "cost": 0.0239, "costAtMost": 0.0716, "budget": 10, "currency": "USD", "priceDate": "2026-11-01", "keepCost": 0}}
            """;

        Assert.Equal(
            [
                "data set: fruits: 10,000 images, 80.0 MB, 20 shards",
                "functions: 20 at once of 1,769 MB, 1 shards a call; no cluster",
                "time: about 54 s",
                "price: about 0.0239 USD, at most 0.0716; the budget of a run is 10.00 (prices of 2026-11-01)",
                "engine: Functions: about 54 s and 0.0239 USD; a cluster would have taken about 16 min and 0.15 USD.",
                "so: a run can begin",
            ],
            PlanCommand.Lines(Fruits, JsonNode.Parse(ByFunctions)!.AsObject(), null).Select(static line => $"{line.Title}: {line.Says}"));
    }

    [Fact]
    public async Task The_engine_of_the_command_line_is_the_input_s_and_two_that_differ_are_refused()
    {
        Assert.Equal("""{"dataset":"fruits","engine":"auto","now":true}""", await AskedRun.InputAsync(Fruits, null, "auto", fresh: false, basis: null, default));
        var file = new FileInfo(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()));
        try
        {
            await File.WriteAllTextAsync(file.FullName, """{"engine": "functions"}""");
            Assert.Contains("\"functions\"", await AskedRun.InputAsync(Fruits, file, "functions", fresh: false, basis: null, default), StringComparison.Ordinal);
            var refused = await Assert.ThrowsAsync<PomonaException>(() => AskedRun.InputAsync(Fruits, file, "cluster", fresh: false, basis: null, default));
            Assert.Contains("says \"engine\": \"functions\": leave one of them out", refused.Message, StringComparison.Ordinal);
            await File.WriteAllTextAsync(file.FullName, """{"cluster": {"taskVcpus": 8}}""");
            refused = await Assert.ThrowsAsync<PomonaException>(() => AskedRun.InputAsync(Fruits, file, "functions", fresh: false, basis: null, default));
            Assert.Contains("which rents none", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            file.Delete();
        }
    }

    [Theory]
    [InlineData("""{"engine": "auto", "engine": "functions"}""", "a member is in it twice, or half of a surrogate pair")]
    [InlineData("""{"dataset": "\ud800"}""", "a member is in it twice, or half of a surrogate pair")]
    [InlineData("""{"\ud800": 1}""", "a member is in it twice, or half of a surrogate pair")]
    [InlineData("[1]", "is no JSON object")]
    [InlineData("{\"engine\":", "Expected depth to be zero")]
    public async Task A_file_that_cannot_be_read_is_refused_by_name(string content, string says)
    {
        var file = new FileInfo(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()));
        try
        {
            await File.WriteAllTextAsync(file.FullName, content);

            var refused = await Assert.ThrowsAsync<PomonaException>(() => AskedRun.InputAsync(Fruits, file, "auto", fresh: false, basis: null, default));

            Assert.Equal(ExitCode.Usage, refused.Code);
            Assert.StartsWith(file.Name, refused.Message, StringComparison.Ordinal);
            Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            file.Delete();
        }
    }

    [Fact]
    public void What_stands_in_the_way_of_a_run_is_the_last_line()
    {
        var planned = JsonNode.Parse(Planned)!.AsObject();
        (planned["verdict"], planned["reason"]) = ("overBudget", "The run may cost up to 12 USD, above the budget of 10 USD per run.");

        Assert.Equal("The run may cost up to 12 USD, above the budget of 10 USD per run.", PlanCommand.Lines(Fruits, planned, null).Last().Says);
    }

    [Fact]
    public async Task A_function_is_invoked_with_the_whole_input_and_its_answer_is_what_it_wrote()
    {
        using var aws = new PlayedAws("""
            while [ $# -gt 1 ]; do [ "$1" != --payload ] || payload="$2"; shift; done
            { printf '{"given": '; cat "${payload#fileb://}"; printf '}'; } > "$1"
            echo '{"StatusCode": 200}'
            """);

        var answer = await aws.As().InvokeAsync("pomona-PlanRun", new JsonObject { ["dryRun"] = true }, default);

        Assert.Equal("""{"given":{"dryRun":true}}""", answer.ToJsonString());
        Assert.StartsWith("lambda invoke --function-name pomona-PlanRun --payload fileb://", aws.Asked[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_function_throws_is_its_own_sentence()
    {
        using var aws = new PlayedAws("""
            while [ $# -gt 1 ]; do shift; done
            echo '{"errorType": "NoInstanceTypesException", "errorMessage": "emr-7.7.0 offers none of the types"}' > "$1"
            echo '{"StatusCode": 200, "FunctionError": "Unhandled"}'
            """);

        var failure = await Assert.ThrowsAsync<PomonaException>(() => aws.As().InvokeAsync("pomona-PlanRun", [], default));

        Assert.Contains("pomona-PlanRun refused: emr-7.7.0 offers none of the types", failure.Message, StringComparison.Ordinal);
    }
}
