using System.Diagnostics;
using System.Runtime.Versioning;
using Pomona.Contracts;
using Pomona.Job.Tests.Pipeline;
using Pomona.Vision.Models.Catalog;

namespace Pomona.Job.Tests.Engines.Spark;

/// <summary>
/// A node that has installed what ./pomona bundle made, with the repository's own scripts: the job really published for
/// Spark's worker, packed, summed up, fetched, checked and unpacked. Only what no feed has here is made up: the worker, the
/// jar, and the bucket between the two.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class BundledNode : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>What the node's files lie under.</summary>
    internal string Home => _folder["node/opt/pomona"];

    /// <summary>The program that Spark starts.</summary>
    internal string Program => Path.Combine(Home, "job/Pomona.Job");

    internal string Model => Path.Combine(Home, "model/model.onnx");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (new SparkLaunchFactAttribute().Skip is not null)
            return;

        foreach (var script in new[] { "install-node.sh", "run-step.sh", "bundle.sh", "jupyter/explore-run.ipynb" })
            _folder.Write($"repository/bootstrap/{script}", File.ReadAllBytes(RepositoryRoot.File($"bootstrap/{script}")));
        Command("dotnet", $"""
            export MSBUILDDISABLENODEREUSE=1
            shift 2
            '{Which("dotnet")}' publish '{RepositoryRoot.File("job/Pomona.Job.csproj")}' -p:AllowStandIns=true "$@"
            while [ $# -gt 0 ]; do [ "$1" != -o ] || out="$2"; shift; done
            mkdir -p "$out/jars"
            echo jar > "$out/jars/microsoft-spark-3-5_2.12-2.3.1.jar"
            """);
        Command("sudo", "\"$@\"");
        Executable(_folder.Write("made/worker-2.3.1/Microsoft.Spark.Worker", "#!/bin/sh\nexit 1\n"u8));
        await RunAsync("tar", "-czf", _folder["worker.tar.gz"], "-C", _folder["made"], ".");
        var prepared = await new ModelCatalog(new ModelCatalogOptions { CacheFolder = _folder["models"] })
            .ImportAsync(TinyModel.Write(_folder), CancellationToken.None);

        Directory.CreateDirectory(Path.GetDirectoryName(Home)!);
        await RunAsync("env", $"POMONA_MODEL={prepared.Path}", "bash", RepositoryRoot.File("bootstrap/bundle.sh"), "job");
        var bundle = (await File.ReadAllTextAsync(_folder["repository/dist/artifacts/current"])).TrimEnd();
        Command("aws", CopyingAws.From(_folder[$"repository/dist/artifacts/{bundle}"]));
        await RunAsync("bash", RepositoryRoot.File("bootstrap/install-node.sh"), $"s3://bucket/artifacts/{bundle}/");
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    /// <summary>Makes a file one that can be started.</summary>
    internal static void Executable(string path) => File.SetUnixFileMode(
        path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    private static string Which(string program) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(':')
        .Select(folder => Path.Combine(folder, program))
        .First(File.Exists);

    /// <summary>Puts a command on the scripts' PATH, before the real one.</summary>
    private void Command(string name, string script)
    {
        Executable(_folder.Write($"commands/{name}", []));
        File.WriteAllText(_folder[$"commands/{name}"], "#!/usr/bin/env bash\nset -e\n" + script + "\n");
    }

    private async Task RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{_folder["commands"]}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["POMONA_ROOT"] = _folder["repository"];
        start.Environment["POMONA_HOME"] = Home;
        start.Environment["POMONA_SPARK_WORKER"] = _folder["worker.tar.gz"];
        start.Environment["POMONA_SPARK_WORKER_SHA512"] = File.Exists(_folder["worker.tar.gz"])
            ? Convert.ToHexStringLower(System.Security.Cryptography.SHA512.HashData(File.ReadAllBytes(_folder["worker.tar.gz"])))
            : string.Empty;
        using var process = Process.Start(start)!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {said[0]}{said[1]}");
    }
}
