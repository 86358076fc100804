namespace Pomona.Bootstrap.Tests;

public sealed class RunStepTests : IDisposable
{
    private static readonly string[] Arguments =
    [
        "run", "s3://b/datasets/fruits/", "--output", "s3://b/runs/fruits/r/", "--components", "50", "--exif-rotation", "on", "--engine", "spark", "--use-snapshot",
        "--task-token", "AAAA", "--cluster-id", "j-1", "--execution-arn", "arn:aws:states:eu-west-3:1:execution:p:r",
    ];

    private readonly Sandbox _sandbox = new();

    public RunStepTests()
    {
        foreach (var file in new[] { "job/Pomona.Job", "worker/Microsoft.Spark.Worker", "spark/microsoft-spark-3-5_2.12-2.3.1.jar" })
            File.SetUnixFileMode(_sandbox.Write($"opt/pomona/{file}", string.Empty), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _sandbox.Command("aws", "true");
        Spark("3.5.3-amzn-1");
    }

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public void The_job_gets_its_arguments_unchanged_after_the_jar_and_the_program()
    {
        var ended = _sandbox.Run("bootstrap/run-step.sh", Arguments);

        Assert.True(ended.ExitCode == 0, ended.Errors);
        var submit = Submit;
        var expected = $"{_sandbox.Home}/spark/microsoft-spark-3-5_2.12-2.3.1.jar {_sandbox.Home}/job/Pomona.Job {string.Join(' ', Arguments)}";
        Assert.EndsWith(expected, submit.TrimEnd(), StringComparison.Ordinal);
        Assert.Contains("--class org.apache.spark.deploy.dotnet.DotnetRunner --master yarn --deploy-mode client", submit, StringComparison.Ordinal);
    }

    [Fact]
    public void Spark_hears_of_memory_outside_the_heap_node_labels_and_the_workers_errors()
    {
        _sandbox.Run("bootstrap/run-step.sh", Arguments);

        Assert.All(
            ["spark.executor.memoryOverhead=", "spark.yarn.am.nodeLabelExpression=ON_DEMAND", "spark.executorEnv.DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1", "spark.yarn.maxAppAttempts=1", "spark.executorEnv.ORT_DISABLE_TELEMETRY=1"],
            option => Assert.Contains($"--conf {option}", Submit, StringComparison.Ordinal));
        // With it every exit code of the job would become 1.
        Assert.DoesNotContain("spark.nonjvm.error.forwarding.enabled", Submit, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("job/Pomona.Job")]
    [InlineData("worker/Microsoft.Spark.Worker")]
    public void A_program_that_cannot_be_started_is_named_before_Spark_is(string program)
    {
        File.SetUnixFileMode(Path.Combine(_sandbox.Home, program), UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var ended = _sandbox.Run("bootstrap/run-step.sh", Arguments);

        Assert.Equal(3, ended.ExitCode);
        Assert.Contains($"{program} cannot be started, its execute bit is missing", ended.LastLine, StringComparison.Ordinal);
        Assert.DoesNotContain(_sandbox.Calls, static call => call.StartsWith("spark-submit", StringComparison.Ordinal));
        Assert.Contains("send-task-failure --task-token AAAA", Tell, StringComparison.Ordinal);
    }

    [Fact]
    public void The_worker_and_the_assemblies_are_where_every_node_has_them()
    {
        _sandbox.Run("bootstrap/run-step.sh", Arguments);

        Assert.Equal(
            $"{_sandbox.Home}/worker {_sandbox.Home}/job {_sandbox.Home}/model/model.onnx 1",
            File.ReadAllText(Path.Combine(_sandbox.Folder, "environment")).TrimEnd());
    }

    [Theory]
    [InlineData("3.5.0-amzn-1", false)]
    [InlineData("3.5.3-amzn-1", false)]
    [InlineData("3.5.4-amzn-0", true)]
    [InlineData("3.5.6-amzn-1", true)]
    public void The_patch_check_is_waived_only_where_the_release_is_newer_than_the_jar(string version, bool waived)
    {
        Spark(version);

        Assert.Equal(0, _sandbox.Run("bootstrap/run-step.sh", Arguments).ExitCode);
        Assert.Equal(waived, Submit.Contains("ignoreSparkPatchVersionCheck", StringComparison.Ordinal));
    }

    [Fact]
    public void Another_Spark_is_refused_and_the_workflow_told()
    {
        Spark("4.0.1");

        Assert.Equal(4, _sandbox.Run("bootstrap/run-step.sh", Arguments).ExitCode);
        Assert.Contains("send-task-failure --task-token AAAA --error Pomona.StepFailed", Tell, StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_that_dies_tells_the_workflow_and_fails_the_step_with_its_exit_code()
    {
        Spark("3.5.3", exitCode: 137);

        var ended = _sandbox.Run("bootstrap/run-step.sh", Arguments);

        Assert.Equal(137, ended.ExitCode);
        Assert.Contains("exit\\ code\\ 137", Tell, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_has_finished_and_was_not_heard_is_a_step_that_has_finished()
    {
        Spark("3.5.3", exitCode: 9);

        Assert.Equal(0, _sandbox.Run("bootstrap/run-step.sh", Arguments).ExitCode);
        Assert.DoesNotContain(_sandbox.Calls, static call => call.StartsWith("aws stepfunctions", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("mktemp", 0)]
    [InlineData("mktemp", 137)]
    [InlineData("tee", 0)]
    [InlineData("tee", 137)]
    public void What_fails_to_keep_the_job_s_words_changes_nothing_of_how_the_job_ended(string command, int exitCode)
    {
        Spark("3.5.3", exitCode);
        _sandbox.Command(command, command == "tee" ? "cat; exit 1" : "exit 1");

        Assert.Equal(exitCode, _sandbox.Run("bootstrap/run-step.sh", Arguments).ExitCode);
        Assert.Equal(exitCode == 0 ? 0 : 1, _sandbox.Calls.Count(static call => call.StartsWith("aws stepfunctions", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_workflow_that_cannot_be_told_does_not_change_the_exit_code()
    {
        Spark("3.5.3", exitCode: 1);
        _sandbox.Command("aws", "exit 254");

        Assert.Equal(1, _sandbox.Run("bootstrap/run-step.sh", Arguments).ExitCode);
    }

    [Fact]
    public void A_node_that_lacks_the_job_says_so()
    {
        File.Delete(Path.Combine(_sandbox.Home, "job/Pomona.Job"));

        var ended = _sandbox.Run("bootstrap/run-step.sh", Arguments);

        Assert.Equal(3, ended.ExitCode);
        Assert.Contains("job/Pomona.Job is not on this node", ended.LastLine, StringComparison.Ordinal);
        Assert.DoesNotContain(_sandbox.Calls, static call => call.StartsWith("spark-submit", StringComparison.Ordinal));
    }

    [Fact]
    public void The_token_is_never_printed()
    {
        Spark("3.5.3", exitCode: 1);

        var ended = _sandbox.Run("bootstrap/run-step.sh", Arguments);

        Assert.DoesNotContain("AAAA", ended.Output + ended.Errors, StringComparison.Ordinal);
    }

    private string Submit => _sandbox.Calls.Last(static call => call.Contains("DotnetRunner", StringComparison.Ordinal));

    private string Tell => Assert.Single(_sandbox.Calls, static call => call.StartsWith("aws stepfunctions send-task-failure", StringComparison.Ordinal));

    private void Spark(string version, int exitCode = 0) => _sandbox.Command("spark-submit", $"""
        if [ "$1" = --version ]; then echo "      /_/         version {version}" >&2; exit 0; fi
        echo "$DOTNET_WORKER_DIR $DOTNET_ASSEMBLY_SEARCH_PATHS $POMONA_MODEL $DOTNET_SYSTEM_GLOBALIZATION_INVARIANT" > '{_sandbox.Folder}/environment'
        exit {exitCode}
        """);
}
