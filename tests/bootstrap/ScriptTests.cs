using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Pomona.Bootstrap.Tests;

public sealed class ScriptTests
{
    public static TheoryData<string> Scripts => [.. Directory.EnumerateFiles(RepositoryRoot.File("bootstrap"), "*.sh").Select(static file => $"bootstrap/{Path.GetFileName(file)}").Order(), "pomona"];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_script_stops_at_the_first_error_and_can_be_run(string script)
    {
        var file = RepositoryRoot.File(script);

        Assert.Contains("\nset -euo pipefail\n", File.ReadAllText(file), StringComparison.Ordinal);
        Assert.True(File.GetUnixFileMode(file).HasFlag(UnixFileMode.UserExecute));
    }

    [ShellcheckTheory]
    [MemberData(nameof(Scripts))]
    public void Shellcheck_finds_nothing(string script) => Shellcheck.AssertClean(script);

    [Fact]
    public void The_notebook_s_cells_are_Python_and_hold_no_results()
    {
        var notebook = JsonNode.Parse(File.ReadAllText(RepositoryRoot.File("bootstrap/jupyter/explore-run.ipynb")))!;
        var code = notebook["cells"]!.AsArray().Where(static cell => (string)cell!["cell_type"]! == "code").ToList();
        Assert.Equal(4, (int)notebook["nbformat"]!);
        Assert.All(code, static cell => Assert.Empty(cell!["outputs"]!.AsArray()));

        var source = string.Join("\n\n", code.Select(static cell => string.Concat(cell!["source"]!.AsArray()
            .Select(static line => (string)line!).Where(static line => !line.StartsWith("%%", StringComparison.Ordinal)))));
        using var process = Process.Start(new ProcessStartInfo("python3", ["-c", "import ast, sys; ast.parse(sys.stdin.read())"]) { RedirectStandardInput = true, RedirectStandardError = true })!;
        process.StandardInput.Write(source);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
    }

    [Fact]
    public void Every_file_that_nodes_get_is_explained()
    {
        var explained = File.ReadAllText(RepositoryRoot.File("bootstrap/node-files.md"));

        Assert.All(
            ["job.tar.gz", "worker.tar.gz", "spark/microsoft-spark-3-5_2.12-2.3.1.jar", "model/model.onnx", "bootstrap/run-step.sh"],
            file => Assert.Contains($"`{file}`", explained, StringComparison.Ordinal));
    }
}
