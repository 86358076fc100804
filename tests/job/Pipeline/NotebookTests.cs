using System.Text.Json;
using Pomona.Contracts;
using Pomona.Job.Tests.Parquet;

namespace Pomona.Job.Tests.Pipeline;

/// <summary>bootstrap/jupyter/explore-run.ipynb on the Spark that reads a run, where it is at hand.</summary>
public sealed class NotebookTests : IDisposable
{
    private readonly RunFixture _run = new();

    public void Dispose() => _run.Dispose();

    [RealSparkFact]
    public async Task The_notebook_runs_from_top_to_bottom_on_a_run_with_rejects_and_on_one_without()
    {
        await RunFixture.RunAsync(_run.Request("whole"));
        _run.Write("fruits/apple/broken.jpg", "no picture"u8);
        await RunFixture.RunAsync(_run.Request("rejects", components: 1));

        var cluster = Notebook("rejects", "cluster");
        var here = Notebook("whole", "jupyter");

        Assert.Contains("not an image: it is text", cluster, StringComparison.Ordinal);
        Assert.DoesNotContain("not an image", here, StringComparison.Ordinal);
        Assert.All([cluster, here], output =>
        {
            Assert.Contains("\"images\": 40,", output, StringComparison.Ordinal);
            Assert.Contains("image: string", output, StringComparison.Ordinal);
            var line = output.Split('\n').Single(text => text.StartsWith("{\"shown\"", StringComparison.Ordinal));
            var picture = JsonDocument.Parse(line).RootElement.GetProperty("shown").EnumerateArray().Single().GetString()!;
            Assert.Equal(40, picture.Split("<circle").Length - 1);
        });
    }

    [Fact]
    public async Task The_summary_is_the_marker_s()
    {
        var marker = await RunFixture.RunAsync(_run.Request() with { TaskToken = "secret" });

        var text = await File.ReadAllTextAsync(Path.Combine(_run["out"], RunLayout.Summary));
        Assert.Equal(marker.Summary, JsonSerializer.Deserialize(text, ContractJson.Readable.RunSummary));
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }

    private string Notebook(string output, string where)
    {
        var ran = RealSpark.Run(
            RepositoryRoot.File("tests/job/Pipeline/run_notebook.py"),
            RepositoryRoot.File("bootstrap/jupyter/explore-run.ipynb"), _run[output] + "/", where);
        Assert.True(ran.ExitCode == 0, ran.Output);
        return ran.Output;
    }
}
