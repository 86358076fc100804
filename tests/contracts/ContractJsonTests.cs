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
    public void A_marker_survives_writing_and_reading()
    {
        var marker = new RunMarker(
            RunMarker.CurrentVersion,
            new RunSummary("fruits", "r", 997, 3, 10, 2, 1280, 50, 0.731, "m", 12.5, "s3://b/runs/fruits/r/report.html"),
            "token", "j-1", "arn:aws:states:eu-west-3:1:execution:p:r", DateTimeOffset.UnixEpoch);

        var json = JsonSerializer.Serialize(marker, ContractJson.Readable.RunMarker);
        Assert.DoesNotContain("doubts", json, StringComparison.Ordinal);

        Assert.Equal(marker, JsonSerializer.Deserialize(json, ContractJson.Readable.RunMarker));
    }
}
