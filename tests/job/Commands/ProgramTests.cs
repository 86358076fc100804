using System.Diagnostics;
using System.Text.Json;
using Pomona.Contracts;
using Pomona.Job.Pipeline;
using Pomona.Job.Tests.Pipeline;

namespace Pomona.Job.Tests.Commands;

/// <summary>The program as a person or a script meets it: exit codes, and one sentence per error.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly RunFixture _run = new(perClass: 1);

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_script_gets_the_marker_as_json_and_nothing_else_on_standard_output()
    {
        var (code, output, error) = await Pomona("run", _run.Input, "--output", _run["out"], "--model", _run.Model, "--json");

        Assert.Equal(0, code);
        Assert.Equal(string.Empty, error);
        Assert.Equal(10, JsonSerializer.Deserialize(output, ContractJson.Readable.RunMarker)!.Summary.Images);
    }

    [Fact]
    public async Task A_person_is_told_what_was_made_and_where_the_report_is()
    {
        var (code, output, error) = await Pomona("run", _run.Input, "--output", _run["out"], "--model", _run.Model);

        Assert.Equal(0, code);
        Assert.Contains("10 images of 10 classes", output, StringComparison.Ordinal);
        Assert.Contains($"Report: {_run["out/report.html"]}", output, StringComparison.Ordinal);
        Assert.Contains("extract", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "run")]
    [InlineData(2, "run", "x", "--components", "0")]
    [InlineData(2, "run", "x", "--resize", "lanczos")]
    [InlineData(2, "run", "x", "--shard-size", "many")]
    [InlineData(2, "nonsense")]
    [InlineData(5, "run", "IN", "--model", "/nowhere/model.onnx", "--output", "OUT")]
    [InlineData(3, "run", "/nowhere/images", "--model", "MODEL", "--output", "OUT")]
    [InlineData(4, "run", "IN", "--model", "MODEL", "--output", "/proc/pomona")]
    [InlineData(2, "run", "s3://", "--model", "MODEL", "--output", "OUT")]
    public async Task Every_error_is_one_sentence_with_its_exit_code_and_no_stack_trace(int expected, params string[] arguments)
    {
        var (code, output, error) = await Pomona([.. arguments.Select(argument => argument switch
        {
            "IN" => _run.Input,
            "OUT" => _run["out"],
            "MODEL" => _run.Model,
            _ => argument,
        })]);

        Assert.Equal(expected, code);
        Assert.NotEqual(string.Empty, error + output);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        if (expected != 2)
            Assert.Single(error.Trim().Split('\n'), line => line.StartsWith("pomona: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_stack_trace_is_there_for_who_asks()
    {
        var (_, _, error) = await Pomona("run", "/nowhere/images", "--model", _run.Model, "--output", _run["out"], "--trace");

        Assert.Contains("   at ", error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> Pomona(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(RunPipeline).Assembly.Location, .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
