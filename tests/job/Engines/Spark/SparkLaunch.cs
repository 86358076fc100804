using System.Diagnostics;
using System.Runtime.Versioning;
using Pomona.Job.Tests.Pipeline;

namespace Pomona.Job.Tests.Engines.Spark;

/// <summary>
/// A node's folder as the bundle makes it, and a spark-submit that checks its arguments before it starts the program; run by
/// the launch script that the bundle brings.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class SparkLaunch
{
    private readonly RunFixture _run;
    private readonly string _home;
    private readonly Dictionary<string, string> _environment;

    public SparkLaunch(RunFixture run, HeartbeatListener workflow)
    {
        _run = run;
        _home = run["opt/pomona"];
        run.Write("opt/pomona/spark/microsoft-spark-3-5_2.12-2.3.1.jar", "jar"u8);
        Executable(run.Write("opt/pomona/worker/Microsoft.Spark.Worker", "#!/bin/sh\nexit 1\n"u8));
        Executable(run.Write("opt/pomona/bootstrap/run-step.sh", File.ReadAllBytes(Path.Combine(RepositoryRoot.Path, "bootstrap/run-step.sh"))));
        Directory.CreateSymbolicLink(Path.Combine(_home, "job"), Path.GetDirectoryName(Program)!);
        File.Copy(run.Model, run.Write("opt/pomona/model/model.onnx", []), overwrite: true);
        File.Copy(Path.ChangeExtension(run.Model, ".json"), run.Write("opt/pomona/model/model.json", []), overwrite: true);
        Executable(run.Write("commands/spark-submit", File.ReadAllBytes(Path.Combine(RepositoryRoot.Path, "tests/job/Engines/Spark/spark-submit.sh"))));
        Executable(run.Write("commands/aws", "#!/usr/bin/env bash\nprintf '%s\\n' \"$*\" >> \"$POMONA_TEST_NOTES.aws\"\n"u8));
        _environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = $"{run["commands"]}:{Environment.GetEnvironmentVariable("PATH")}",
            ["POMONA_HOME"] = _home,
            ["POMONA_TEST_NOTES"] = Notes,
            ["AWS_REGION"] = "eu-west-3",
            ["AWS_ACCESS_KEY_ID"] = "key",
            ["AWS_SECRET_ACCESS_KEY"] = "secret",
            ["AWS_ENDPOINT_URL_SFN"] = workflow.Address,
        };
    }

    /// <summary>The program that Spark starts: the build for Spark's .NET worker.</summary>
    public static string Program => Path.Combine(RepositoryRoot.Path, "job/bin/Release/net8.0/Pomona.Job");

    /// <summary>The model that nodes have.</summary>
    public string Model => Path.Combine(_home, "model/model.onnx");

    /// <summary>The options that spark-submit got.</summary>
    public IReadOnlyList<string> Options => File.ReadAllLines(Notes);

    /// <summary>What the script told AWS, one call a line.</summary>
    public IReadOnlyList<string> ToldAws => File.Exists(Notes + ".aws") ? File.ReadAllLines(Notes + ".aws") : [];

    private string Notes => _run["notes"];

    /// <summary>Starts the step that the workflow adds, and waits for its end; its exit code and all it said.</summary>
    public async Task<(int ExitCode, string Said)> StepAsync(string output)
    {
        var start = new ProcessStartInfo("bash", [
            Path.Combine(_home, "bootstrap/run-step.sh"), "run", _run.Input, "--output", _run[output], "--components", "10",
            "--engine", "spark", "--shard-size", "7", "--task-token", "the-token", "--cluster-id", "j-1", "--execution-arn", "arn:aws:x"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("POMONA_MODEL");
        foreach (var (name, value) in _environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, said[0] + said[1]);
    }

    private static void Executable(string path) => File.SetUnixFileMode(
        path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
