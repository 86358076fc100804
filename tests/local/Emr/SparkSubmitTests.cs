using System.Diagnostics;

namespace Pomona.Local.Tests.Emr;

public sealed class SparkSubmitTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pomona-submit-").FullName;

    [Fact]
    public void What_the_job_says_last_is_where_the_step_looks_for_it()
    {
        var job = Path.Combine(_folder, "dotnet");
        File.WriteAllText(job, "#!/bin/sh\necho 'pomona: there is no model.' >&2\nexit 5\n");
        Tool.Run("chmod", ["+x", job]);
        var start = new ProcessStartInfo(
            "bash", [Path.Combine(AppContext.BaseDirectory, "Emr", "bin", "spark-submit"), "--name", "pomona", "spark.jar", "job/Pomona.Job", "run"])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["PATH"] = $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["POMONA_JOB"] = "Pomona.Job.dll";
        using var submit = Process.Start(start)!;

        Assert.Equal("pomona: there is no model.\n", submit.StandardOutput.ReadToEnd());
        submit.WaitForExit();
        Assert.Equal(5, submit.ExitCode);
    }

    [Fact]
    public void A_person_s_own_Spark_takes_the_step_unchanged()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "bin"));
        var real = Path.Combine(_folder, "bin", "spark-submit");
        File.WriteAllText(real, "#!/bin/sh\necho \"$@\"\n");
        Tool.Run("chmod", ["+x", real]);

        var ran = Tool.Run("env", [$"SPARK_HOME={_folder}", "bash", Path.Combine(AppContext.BaseDirectory, "Emr", "bin", "spark-submit"), "--name", "pomona", "spark.jar"]);

        Assert.Equal("--name pomona spark.jar\n", ran.Output);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
