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
        _sandbox.Command("yarn", "exit 1");
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
    public void Spark_hears_of_memory_outside_the_heap_a_second_master_and_the_workers_errors()
    {
        _sandbox.Run("bootstrap/run-step.sh", Arguments);

        Assert.All(
            ["spark.executor.memoryOverhead=", "spark.executorEnv.DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1", "spark.yarn.maxAppAttempts=2", "spark.shuffle.service.enabled=false", "spark.yarn.heterogeneousExecutors.enabled=false", "spark.executorEnv.DOTNET_GCHeapHardLimit=0x180000000", "spark.executorEnv.ORT_DISABLE_TELEMETRY=1", "spark.executorEnv.JDK_JAVA_OPTIONS=-XX:TieredStopAtLevel=1"],
            option => Assert.Contains($"--conf {option}", Submit, StringComparison.Ordinal));
        // With it every exit code of the job would become 1.
        Assert.DoesNotContain("spark.nonjvm.error.forwarding.enabled", Submit, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "-XX:TieredStopAtLevel=1")]
    [InlineData("-Xss2m -XX:TieredStopAtLevel=4", "-XX:TieredStopAtLevel=1 -Xss2m -XX:TieredStopAtLevel=4")] // the last one counts
    public void The_JVM_has_one_compiler_unless_a_person_says_otherwise(string said, string expected)
    {
        _sandbox.Environment["JDK_JAVA_OPTIONS"] = said;
        Submitting($"echo \"$JDK_JAVA_OPTIONS\" > '{_sandbox.Folder}/java'");

        _sandbox.Run("bootstrap/run-step.sh", Arguments);

        Assert.Equal(expected, File.ReadAllText(Path.Combine(_sandbox.Folder, "java")).TrimEnd());
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

    [Theory]
    [InlineData("<SPOT:exclusivity=false>,<ON_DEMAND:exclusivity=false>", "ON_DEMAND", null)]
    [InlineData("<ON_DEMAND:exclusivity=false>", "ON_DEMAND", null)]
    [InlineData("<ON_DEMAND:exclusivity=true>,<SPOT:exclusivity=true>", "ON_DEMAND", "SPOT")]
    [InlineData("<GPU:exclusivity=true>", null, null)]
    [InlineData("", null, null)]
    public void Labels_are_asked_for_as_the_cluster_has_them(string labels, string? master, string? executors)
    {
        Yarn(labels, (4, "ON_DEMAND"), (4, "SPOT"), (16, "SPOT"));

        Assert.Equal(0, _sandbox.Run("bootstrap/run-step.sh", Arguments).ExitCode);

        Assert.Equal(master, Option("spark.yarn.am.nodeLabelExpression"));
        Assert.Equal(executors, Option("spark.yarn.executor.nodeLabelExpression"));
    }

    [Theory]
    [InlineData("<SPOT:exclusivity=true>", 8, 4, null)] // the nodes without a label have more
    [InlineData("<SPOT:exclusivity=true>", 4, 8, "SPOT")]
    [InlineData("<ON_DEMAND:exclusivity=true>,<SPOT:exclusivity=true>", 16, 4, "ON_DEMAND")]
    public void Executors_go_where_most_live_vcpus_are_when_labels_are_not_lent(string labels, int onDemand, int spot, string? executors)
    {
        Yarn(labels, (onDemand, labels.Contains("ON_DEMAND", StringComparison.Ordinal) ? "ON_DEMAND" : string.Empty), (spot, "SPOT"));

        _sandbox.Run("bootstrap/run-step.sh", Arguments);

        Assert.Equal(executors, Option("spark.yarn.executor.nodeLabelExpression"));
    }

    [Fact]
    public void A_cluster_that_does_not_tell_its_labels_is_asked_for_none()
    {
        _sandbox.Command("yarn", "echo 'Node Labels: <ON_DEMAND:exclusivity=false>'; exit 1");

        Assert.Equal(0, _sandbox.Run("bootstrap/run-step.sh", Arguments).ExitCode);

        Assert.Null(Option("spark.yarn.am.nodeLabelExpression"));
    }

    [Theory]
    [InlineData("printf '%s\n' $$ 143 stopped > \"$POMONA_LAST_WORD\"; exit 1", 143, "exit code 143: stopped")] // the runner's own 1 does not count
    [InlineData("printf '%s\n' $$ > \"$POMONA_LAST_WORD\"; kill -9 $$", 137, "the program was killed by signal 9: probably out of memory")]
    [InlineData("bash -c 'echo $$ > \"$POMONA_LAST_WORD\"; sleep 0.5; printf \"%s\n\" $$ 7 \"Spark has gone\" > \"$POMONA_LAST_WORD\"' > /dev/null 2>&1 & sleep 0.2; kill -9 $$", 7, "exit code 7: Spark has gone")]
    [InlineData("kill -9 $$", 7, "JVM was killed by signal 9")]
    [InlineData("exit 5", 5, "exit code 5: stderr of the step")]
    public void However_the_job_ends_the_workflow_hears_one_code_and_its_sentence(string submit, int code, string sentence)
    {
        Submitting(submit);

        var ended = _sandbox.Run("bootstrap/run-step.sh", Arguments);

        Assert.Equal(code, ended.ExitCode);
        Assert.Contains(sentence.Replace(" ", "\\ ", StringComparison.Ordinal), Tell, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("INT", 130)]
    [InlineData("HUP", 130)]
    public void A_signal_reaches_the_program_before_the_step_ends(string signal, int code)
    {
        // As Spark's runner: a process of its own that lasts as long as the program, which ends orderly.
        Submitting($$"""
            bash -c 'stop() { touch {{_sandbox.Folder}}/stopped; printf "%s\n" $$ 143 stopped > "$POMONA_LAST_WORD"; exit 143; }
                trap stop TERM
                echo $$ > "$POMONA_LAST_WORD"; kill -{{signal}} '$PPID'; for i in {1..100}; do sleep 0.1; done'
            """);

        var ended = _sandbox.Run("bootstrap/run-step.sh", Arguments);

        Assert.Equal(code, ended.ExitCode);
        Assert.True(File.Exists(Path.Combine(_sandbox.Folder, "stopped")));
        Assert.Contains($"exit\\ code\\ {code}:\\ stopped", Tell, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_executors_is_told_with_what_YARN_has_and_what_was_asked()
    {
        Yarn("<ON_DEMAND:exclusivity=true>,<SPOT:exclusivity=true>", (4, "ON_DEMAND"), (8, "SPOT"), (8, "SPOT"));
        Submitting("printf '%s\n' $$ 10 'No executor came.' > \"$POMONA_LAST_WORD\"; exit 10");

        var ended = _sandbox.Run("bootstrap/run-step.sh", Arguments);

        Assert.Equal(10, ended.ExitCode);
        Assert.Contains("No executor came. YARN has nodes: ", ended.LastLine, StringComparison.Ordinal);
        Assert.Contains("2 of 6144 MB and 8 vCPUs labelled SPOT", ended.LastLine, StringComparison.Ordinal);
        Assert.EndsWith("each executor asks for 10240 MB and 4 vCPUs on nodes labelled SPOT.", ended.LastLine, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_has_finished_and_was_not_heard_is_a_step_that_has_finished()
    {
        Spark("3.5.3", exitCode: 9);

        Assert.Equal(0, _sandbox.Run("bootstrap/run-step.sh", Arguments).ExitCode);
        Assert.DoesNotContain(_sandbox.Calls, static call => call.StartsWith("aws stepfunctions", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(137)]
    public void What_fails_to_keep_the_job_s_words_changes_nothing_of_how_the_job_ended(int exitCode)
    {
        Spark("3.5.3", exitCode);
        _sandbox.Command("mktemp", "exit 1");

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

    [RealSparkFact]
    public void A_real_Spark_takes_every_option_up_to_the_class_of_the_bridge()
    {
        foreach (var (name, value) in RealSpark.Variables)
            _sandbox.Environment[name] = value;
        _sandbox.Environment["HADOOP_CONF_DIR"] = _sandbox.Folder;
        _sandbox.Command("spark-submit", $"exec '{RealSpark.Home}/bin/spark-submit' \"$@\"");

        var ended = _sandbox.Run("bootstrap/run-step.sh", Arguments);

        Assert.Equal(101, ended.ExitCode);
        Assert.Contains("Failed to load class org.apache.spark.deploy.dotnet.DotnetRunner", ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Unrecognized option", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void With_a_log_of_its_own_Spark_leaves_the_terminal_to_the_job_s_lines_and_a_failure_names_the_log()
    {
        Logging("spark.log");
        Submitting("""
            echo 'extract  40 images'
            echo '26/11/26 10:00:00 INFO SparkContext: Running Spark version 3.5.3' >&2
            exit 5
            """);

        var ended = _sandbox.Run("bootstrap/run-step.sh", Arguments);

        Assert.Equal("extract  40 images\n", ended.Output);
        Assert.Equal($"pomona: the job ended with exit code 5: Spark's log tells more: {_sandbox.Folder}/spark.log", ended.Errors.TrimEnd());
        Assert.Contains("INFO SparkContext", File.ReadAllText(Path.Combine(_sandbox.Folder, "spark.log")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Couldn't find a valid ICU package installed on the system.")]
    [InlineData("/w/Microsoft.Spark.Worker: error while loading shared libraries: libz.so.1: cannot open shared object file")]
    [InlineData("java.io.IOException: Cannot run program \"/w/Microsoft.Spark.Worker\": error=13, Permission denied")]
    public void A_worker_that_cannot_start_is_told_by_its_own_words(string words)
    {
        Logging("spark.log");
        Submitting($"printf '%s\n' $$ 7 'Spark gave the extract stage up.' > \"$POMONA_LAST_WORD\"; cat <<'WORDS' >&2\n{words}\nWORDS\nexit 7");

        var ended = _sandbox.Run("bootstrap/run-step.sh", Arguments);

        Assert.Equal(7, ended.ExitCode);
        Assert.Contains("exit code 7: a .NET worker cannot start: ", ended.LastLine, StringComparison.Ordinal);
        Assert.Contains(words[(words.IndexOf(": ", StringComparison.Ordinal) + 1)..].Split("program ")[^1], ended.LastLine, StringComparison.Ordinal);
        Assert.Contains("Spark gave the extract stage up.", ended.LastLine, StringComparison.Ordinal);
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

    private string? Option(string property) => Submit.Split(' ')
        .Where(word => word.StartsWith(property + "=", StringComparison.Ordinal)).Select(word => word[(property.Length + 1)..]).SingleOrDefault();

    /// <summary>Hadoop 3.4.0's answers, recorded; nodes of 6 GB.</summary>
    private void Yarn(string labels, params (int Vcpus, string Label)[] nodes) => _sandbox.Command("yarn", $$"""
        if [ "$*" = 'cluster --list-node-labels' ]; then echo 'Node Labels: {{labels}}'; exit; fi
        [ "$*" = 'node -list -showDetails' ] || exit 1
        cat <<'NODES'
        Total Nodes:{{nodes.Length}}
                 Node-Id	     Node-State	Node-Http-Address	Number-of-Running-Containers
        {{string.Join('\n', nodes.Select(static node => $"""
          127.0.1.1:8041	        RUNNING	   127.0.1.1:8042	                           0
        Detailed Node Information :
        	Configured Resources : <memory:6144, vCores:{node.Vcpus}>
        	Allocated Resources : <memory:0, vCores:0>
        	Resource Utilization by Node : PMem:4703 MB, VMem:4703 MB, VCores:2.0019987
        	Node-Labels : {node.Label}
        """))}}
        NODES
        """);

    private void Logging(string file) => _sandbox.Environment["POMONA_SPARK_LOG"] = Path.Combine(_sandbox.Folder, file);

    private void Submitting(string script) => _sandbox.Command("spark-submit", $"""
        if [ "$1" = --version ]; then echo "      /_/         version 3.5.3" >&2; exit 0; fi
        {script}
        """);

    private void Spark(string version, int exitCode = 0) => _sandbox.Command("spark-submit", $"""
        if [ "$1" = --version ]; then echo "      /_/         version {version}" >&2; exit 0; fi
        echo "$DOTNET_WORKER_DIR $DOTNET_ASSEMBLY_SEARCH_PATHS $POMONA_MODEL $DOTNET_SYSTEM_GLOBALIZATION_INVARIANT" > '{_sandbox.Folder}/environment'
        exit {exitCode}
        """);
}
