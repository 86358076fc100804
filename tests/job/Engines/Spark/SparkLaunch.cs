using System.Diagnostics;
using System.Runtime.Versioning;
using Pomona.Contracts;
using Pomona.Job.Tests.Pipeline;

namespace Pomona.Job.Tests.Engines.Spark;

/// <summary>
/// Steps on a <see cref="BundledNode"/>, started by the launch script that the bundle brings, with a spark-submit that checks
/// its arguments before it starts the program.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class SparkLaunch
{
    private static readonly string[] Settings = ["--components", "10", "--shard-size", "7"];

    private readonly BundledNode _node;
    private readonly RunFixture _run;
    private readonly Dictionary<string, string> _environment;

    public SparkLaunch(BundledNode node, RunFixture run, HeartbeatListener workflow)
    {
        _node = node;
        _run = run;
        BundledNode.Executable(run.Write("commands/spark-submit", File.ReadAllBytes(RepositoryRoot.File("tests/job/Engines/Spark/spark-submit.sh"))));
        BundledNode.Executable(run.Write("commands/aws", "#!/usr/bin/env bash\nprintf '%s\\n' \"$*\" >> \"$POMONA_TEST_NOTES.aws\"\n"u8));
        _environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = $"{run["commands"]}:{Environment.GetEnvironmentVariable("PATH")}",
            ["POMONA_HOME"] = node.Home,
            ["POMONA_TEST_NOTES"] = Notes,
            ["AWS_REGION"] = "eu-west-3",
            ["AWS_ACCESS_KEY_ID"] = "key",
            ["AWS_SECRET_ACCESS_KEY"] = "secret",
            ["AWS_ENDPOINT_URL_SFN"] = workflow.Address,
        };
    }

    /// <summary>The options that spark-submit got.</summary>
    public IReadOnlyList<string> Options => File.ReadAllLines(Notes);

    /// <summary>What the script told AWS, one call a line.</summary>
    public IReadOnlyList<string> ToldAws => File.Exists(Notes + ".aws") ? File.ReadAllLines(Notes + ".aws") : [];

    private string Notes => _run["notes"];

    /// <summary>Starts the step that the workflow adds, and waits for its end; its exit code and all it said.</summary>
    public Task<(int ExitCode, string Said)> StepAsync(string output) => RunAsync(
        "bash",
        [
            Path.Combine(_node.Home, "bootstrap/run-step.sh"), "run", _run.Input, "--output", _run[output], "--engine", "spark",
            .. Settings, "--task-token", "the-token", "--cluster-id", "j-1", "--execution-arn", "arn:aws:x",
        ]);

    /// <summary>The same program and settings without Spark, and without a workflow.</summary>
    public Task<(int ExitCode, string Said)> LocallyAsync(string output)
        => RunAsync(_node.Program, ["run", _run.Input, "--output", _run[output], "--model", _node.Model, .. Settings]);

    private async Task<(int ExitCode, string Said)> RunAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("POMONA_MODEL");
        foreach (var (name, value) in _environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, said[0] + said[1]);
    }
}
