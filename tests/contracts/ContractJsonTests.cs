using System.Text;
using System.Text.Json;
using Pomona.Contracts;

namespace Pomona.Contracts.Tests;

public sealed class ContractJsonTests
{
    [Fact]
    public void The_smallest_manual_execution_input_is_a_data_set()
    {
        var input = JsonSerializer.Deserialize(
            """{"dataset":"fruits","now":true}""", ContractJson.Default.ExecutionInput)!;

        Assert.Equal("fruits", input.Dataset.Value);
        Assert.True(input.Now);
        Assert.Null(input.Run);
    }

    [Fact]
    public void An_execution_input_with_a_hostile_name_is_refused()
        => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(
            """{"dataset":"$(reboot)"}""", ContractJson.Default.ExecutionInput));

    [Fact]
    public void A_manifest_line_keeps_odd_names_on_one_line_and_whole()
    {
        var entry = new ManifestEntry("pomme d'api\n/\"été\"\t..jpg", 12, "abc");

        var line = JsonSerializer.Serialize(entry, ContractJson.Readable.ManifestEntry);

        Assert.DoesNotContain('\n', line);
        Assert.Contains("été", line, StringComparison.Ordinal);
        Assert.Equal(entry, JsonSerializer.Deserialize(line, ContractJson.Readable.ManifestEntry));
    }

    [Fact]
    public void Texts_of_a_summary_that_is_read_are_a_line_each_and_short_and_its_time_is_a_time()
    {
        var read = JsonSerializer.Deserialize(
            $$$"""
            {"dataset":"a\nb","run":"r\u202e","images":1,"rejected":0,"labels":1,"shards":1,"features":1,"components":1,"explainedVariance":1,
             "model":"m\r\nAction needed: https://example.org\u001b[2J{{{new string('x', 10_000)}}}","seconds":1e300,"report":"s3://b/\n{{{new string('x', 10_000)}}}",
             "doubts":{"loose":0,"inFolder":0,"alike":[null,[],[null,"a"],{{{string.Join(',', Enumerable.Repeat("[\"a\",\"A\"]", 1000))}}}],"alikeGroups":9}}
            """,
            ContractJson.Readable.RunSummary)!;

        Assert.Equal(("a\\u000ab", "r\\u202e", 1e9), (read.Dataset, read.Run, read.Seconds));
        Assert.StartsWith(@"m\u000d\u000aAction needed: https://example.org\u001b[2Jxx", read.Model, StringComparison.Ordinal);
        Assert.InRange(read.Model.Length, 80, 90);
        Assert.InRange(read.Report.Length, 4096, 4110);
        Assert.InRange(RunRemarks.Of(read).Count(), 1, 30);
        Assert.Equal("\\u0007", (read with { Report = "\a" }).Report);
        Assert.Equal("line\\u000abreak", JsonSerializer.Deserialize("{\"image\":\"a\",\"reason\":\"line\\nbreak\"}", ContractJson.Readable.RejectedImage)!.Reason);
    }

    [Fact]
    public void A_marker_survives_writing_and_reading()
    {
        var marker = new RunMarker(
            RunMarker.CurrentVersion,
            new RunSummary("fruits", "r", 997, 3, 10, 2, 1280, 50, 0.731, "m", 12.5, "s3://b/runs/fruits/r/report.html"),
            "j-1", "arn:aws:states:eu-west-3:1:execution:p:r", DateTimeOffset.UnixEpoch);

        var json = JsonSerializer.Serialize(marker, ContractJson.Readable.RunMarker);
        Assert.DoesNotContain("doubts", json, StringComparison.Ordinal);

        Assert.DoesNotContain("oken", json, StringComparison.Ordinal);
        Assert.Equal(marker, RunMarker.TryParse(Encoding.UTF8.GetBytes(json)));
        Assert.Null(RunMarker.TryParse(Encoding.UTF8.GetBytes(json.Replace("\"images\":997", "\"images\":-997", StringComparison.Ordinal))));
        Assert.Null(RunMarker.TryParse(Encoding.UTF8.GetBytes(json.Replace("0.731", "7.31", StringComparison.Ordinal))));
        Assert.Null(RunMarker.TryParse(Encoding.UTF8.GetBytes(json.Replace("\"version\":2", "\"version\":3", StringComparison.Ordinal))));
    }
}
