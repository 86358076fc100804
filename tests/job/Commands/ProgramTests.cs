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

    [Fact]
    public async Task What_is_doubtful_about_the_classes_is_said_on_terminal_and_page_and_in_the_marker_also_when_asked_again()
    {
        var image = File.ReadAllBytes(Directory.EnumerateFiles(_run.Input, "*.*", SearchOption.AllDirectories).First());
        foreach (var name in (string[])["loose.jpg", "unlabelled/1.jpg", "unlabelled/2.jpg", "caf\u00e9/1.jpg", "cafe\u0301/1.jpg", "kiwi /1.jpg", "Banana/1.jpg", "banana/1.jpg"])
            _run.Write("fruits/" + name, image);
        string[] remarks =
        [
            "The class 'unlabelled' mixes 1 image in no folder with 2 of a folder of that name: rename the folder to tell them apart.",
            "The classes 'Banana', 'banana' differ in case alone and are counted apart: rename their folders if they are one.",
            @"The classes 'cafe\u0301', 'caf\u00e9' look the same and are counted apart: rename their folders if they are one.",
            "The classes 'kiwi', 'kiwi ' look the same and are counted apart: rename their folders if they are one.",
        ];

        foreach (var _ in (bool[])[true, false])
        {
            var (code, output, _) = await Pomona("run", _run.Input, "--output", _run["out"], "--model", _run.Model);
            Assert.Equal(0, code);
            Assert.All(remarks, remark => Assert.Contains(remark + "\n", output, StringComparison.Ordinal));
        }

        var page = System.Net.WebUtility.HtmlDecode(File.ReadAllText(_run["out/report.html"]));
        Assert.All(remarks, remark => Assert.Contains($"<p class=\"doubt\">{remark}</p>", page, StringComparison.Ordinal));
        var marker = JsonSerializer.Deserialize(File.ReadAllText(_run["out/_SUCCESS"]), ContractJson.Readable.RunMarker)!;
        Assert.Equal(remarks, RunRemarks.Of(marker.Summary));
    }

    [Theory]
    [InlineData(1, "because there is only one image.")]
    [InlineData(3, "because nothing varies between the 3 images.")]
    public async Task A_run_without_components_says_so_and_that_there_are_no_onnx_files_and_why(int images, string because)
    {
        var image = File.ReadAllBytes(Directory.EnumerateFiles(_run.Input, "*.*", SearchOption.AllDirectories).First());
        for (var i = 0; i < images; i++)
            _run.Write($"alike/kiwi/{i}.jpg", image);

        var (code, output, _) = await Pomona("run", _run["alike"], "--output", _run["out"], "--model", _run.Model);

        Assert.Equal(0, code);
        Assert.Contains("of 1 class → no components, in ", output, StringComparison.Ordinal);
        var remark = $"There are no components, and therefore no ONNX files, {because}";
        Assert.Contains(remark, output, StringComparison.Ordinal);
        Assert.Contains(remark, File.ReadAllText(_run["out/report.html"]), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_run["out/model"], "*.onnx"));
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

    [Fact]
    public async Task Who_names_a_file_finds_the_process_the_exit_code_and_the_last_sentence_in_it()
    {
        var word = _run["word"];
        var start = new ProcessStartInfo(
            "dotnet", [typeof(RunPipeline).Assembly.Location, "run", "/nowhere/images", "--model", _run.Model, "--output", _run["out"]])
        {
            RedirectStandardError = true,
        };
        start.Environment["POMONA_LAST_WORD"] = word;
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        var said = File.ReadAllLines(word);
        Assert.Equal([$"{process.Id}", "3"], said[..2]);
        Assert.Equal($"pomona: {said[2]}", error.Trim().Split('\n')[^1]);
    }

    [Fact]
    public async Task Processors_with_narrower_vectors_or_none_write_the_same_bytes()
    {
        using var run = new RunFixture(perClass: 4);
        foreach (var without in (string[])["", "DOTNET_EnableAVX512F", "DOTNET_EnableAVX2", "DOTNET_EnableHWIntrinsic"])
        {
            var (code, _, error) = await PomonaWithout(
                without, "run", run.Input, "--output", run["out" + without], "--model", run.Model, "--shard-size", "7");

            Assert.True(code == 0, error);
            Assert.Equal(run.Lasting("out"), run.Lasting("out" + without));
        }
    }

    private static Task<(int Code, string Output, string Error)> Pomona(params string[] arguments) => PomonaWithout(string.Empty, arguments);

    private static async Task<(int Code, string Output, string Error)> PomonaWithout(string instructions, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(RunPipeline).Assembly.Location, .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        if (instructions.Length > 0)
            start.Environment[instructions] = "0";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
