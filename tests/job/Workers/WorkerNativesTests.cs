using System.Diagnostics;
using Pomona.Contracts;
using Pomona.Job.Pipeline;
using Pomona.Job.Tests.Pipeline;

namespace Pomona.Job.Tests.Workers;

public sealed class WorkerNativesTests : IDisposable
{
    private readonly RunFixture _run = new(perClass: 1);

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_job_built_for_all_systems_finds_its_native_libraries_where_no_program_s_list_names_them()
    {
        // As in a Spark worker: whoever started the assemblies has no list of theirs.
        var job = _run["job"];
        Tool.Run("cp", ["-rl", Path.GetDirectoryName(typeof(RunPipeline).Assembly.Location)!, job]);
        File.Delete(Path.Combine(job, "Pomona.Job.deps.json"));
        Assert.False(File.Exists(Path.Combine(job, "ParquetSharpNative.so")), "the library lies beside the program: the test proves nothing");

        var start = new ProcessStartInfo("dotnet", [Path.Combine(job, "Pomona.Job.dll"), "run", _run.Input, "--output", _run["out"], "--model", _run.Model])
        {
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, error);
        Assert.True(File.Exists(Path.Combine(_run["out"], RunLayout.Components(0))));
    }
}
