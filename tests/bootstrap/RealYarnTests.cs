using System.Globalization;

namespace Pomona.Bootstrap.Tests;

/// <summary>
/// What the launch script asks of a real YARN, with tasks that wait in place of the job, whose bridge no registry of CI has. Nodes
/// have the memory that the workflow gives them (functions/Planning/NodeMemory.cs).
/// </summary>
public sealed class RealYarnTests : IDisposable
{
    private const string Xlarge = "11264:4", TwiceXlarge = "21504:8", FourTimesXlarge = "41984:16";
    private const int Failures = 600; // seconds after which a test has failed that waits for something

    private readonly Sandbox _sandbox = new();
    private readonly string _tasks;

    public RealYarnTests()
    {
        _tasks = Directory.CreateDirectory(Path.Combine(_sandbox.Folder, "tasks")).FullName;
        foreach (var folder in new[] { "staging", "events" })
            Directory.CreateDirectory(Path.Combine(_sandbox.Folder, folder));
        foreach (var file in new[] { "job/Pomona.Job", "worker/Microsoft.Spark.Worker", "spark/microsoft-spark-3-5_2.12-2.3.1.jar" })
            File.SetUnixFileMode(_sandbox.Write($"opt/pomona/{file}", string.Empty), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _sandbox.Command("aws", "true");
    }

    public void Dispose() => _sandbox.Dispose();

    [RealSparkFact]
    public async Task Each_node_runs_as_many_tasks_as_it_has_vcpus_and_those_of_a_killed_one_run_elsewhere()
    {
        using var yarn = Yarn([$"{Xlarge}:ON_DEMAND", $"{TwiceXlarge}:SPOT"]);
        var ran = RunAsync(tasks: 16);
        await UntilAsync(ran, () => Begun(1).Length == 4 && Begun(2).Length == 8);
        Assert.Equal([2, 2], yarn.Containers()); // one of node 1 is the application master, which is not on Spot

        yarn.Kill(2);
        Go();
        var ended = await ran;

        Assert.True(ended.ExitCode == 0, ended.Errors);
        Assert.Equal(Enumerable.Range(0, 16), Notes("ended").Select(static note => note.Task).Distinct().Order());
    }

    [RealSparkFact]
    public async Task A_cluster_without_room_for_an_executor_is_told_of_with_what_YARN_has()
    {
        // An executor would fit, and beside the application master it does not.
        using var yarn = Yarn(["10752:4"]);

        var ended = await RunAsync(tasks: 1, patience: 10);

        Assert.True(ended.ExitCode == 10, ended.Errors);
        Assert.EndsWith(
            "exit code 10: no executor came. YARN has nodes: 1 of 10752 MB and 4 vCPUs; each executor asks for 10240 MB and 4 vCPUs.",
            ended.LastLine,
            StringComparison.Ordinal);
    }

    [ExhaustiveSparkTheory]
    [InlineData("ON_DEMAND", "SPOT", false)]
    [InlineData("ON_DEMAND", "", false)]
    [InlineData("ON_DEMAND", "SPOT", true)]
    [InlineData("", "", false)]
    public async Task However_nodes_are_labelled_executors_come(string first, string others, bool exclusive)
    {
        using var yarn = Yarn([$"{Xlarge}:{first}", $"{Xlarge}:{others}", $"{Xlarge}:{others}"], exclusive);
        // Where labels are lent to nobody, no executor is beside the application master.
        var ran = RunAsync(tasks: exclusive ? 8 : 12);
        await UntilAsync(ran, () => Begun(1).Length == (exclusive ? 0 : 4) && Begun(2).Length == 4 && Begun(3).Length == 4);
        if (first.Length > 0)
            Assert.Equal(exclusive ? [1, 1, 1] : [2, 1, 1], yarn.Containers());

        Go();

        Assert.Equal(0, (await ran).ExitCode);
    }

    [ExhaustiveSparkTheory]
    [InlineData(Xlarge, 4)]
    [InlineData(TwiceXlarge, 8)]
    [InlineData(FourTimesXlarge, 16)]
    public async Task A_single_node_of_any_size_runs_one_task_for_each_vcpu_beside_the_application_master(string node, int vcpus)
    {
        using var yarn = Yarn([$"{node}:ON_DEMAND"]);
        var ran = RunAsync(tasks: 4 * vcpus);
        await UntilAsync(ran, () => Begun(1).Length >= vcpus);
        await Task.Delay(TimeSpan.FromSeconds(10));
        Assert.Equal(vcpus, Begun(1).Length);

        Go();

        Assert.Equal(0, (await ran).ExitCode);
    }

    [ExhaustiveSparkFact]
    public async Task The_application_master_s_node_is_lost_and_another_takes_its_place()
    {
        using var yarn = Yarn([$"{Xlarge}:ON_DEMAND", $"{Xlarge}:ON_DEMAND", $"{Xlarge}:SPOT"]);
        var ran = RunAsync(tasks: 24);
        await UntilAsync(ran, () => Notes("begun").Count() == 12);
        var master = yarn.Containers() is [2, ..] ? 1 : 2;

        yarn.Kill(master);
        Go();
        var ended = await ran;

        Assert.True(ended.ExitCode == 0, ended.Errors);
        Assert.Equal(Enumerable.Range(0, 24), Notes("ended").Select(static note => note.Task).Distinct().Order());
    }

    [ExhaustiveSparkFact]
    public async Task A_node_that_is_told_to_go_gets_no_new_task_and_loses_none()
    {
        using var yarn = Yarn([$"{Xlarge}:ON_DEMAND", $"{Xlarge}:SPOT"]);
        var ran = RunAsync(tasks: 24);
        await UntilAsync(ran, () => Begun(2).Length == 4);

        yarn.Decommission(2, seconds: 60);
        await Task.Delay(TimeSpan.FromSeconds(10));
        Go();
        var ended = await ran;

        Assert.True(ended.ExitCode == 0, ended.Errors);
        Assert.Equal(4, Begun(2).Length);
        Assert.Equal(24, Notes("begun").Count());
    }

    private RealYarn Yarn(string[] nodes, bool exclusive = false)
    {
        var yarn = new RealYarn(Path.Combine(_sandbox.Folder, "yarn"), nodes, exclusive);
        foreach (var (name, value) in RealSpark.Variables)
            _sandbox.Environment[name] = value;
        _sandbox.Environment["HADOOP_CONF_DIR"] = yarn.Configuration;
        _sandbox.Environment["PYSPARK_ARCHIVES_PATH"] = $"local:{RealSpark.Home}/python";
        _sandbox.Command("yarn", $"exec '{yarn.Command}' \"$@\"");
        // The options as they are; what follows "--class", the jar and the program has no meaning without the bridge.
        _sandbox.Command("spark-submit", $$"""
            [ "$1" != --version ] || exec '{{RealSpark.Home}}/bin/spark-submit' --version
            options=()
            until [ "${1##*.}" = jar ]; do
                case "$1" in --class) shift 2 ;; *) options+=("$1"); shift ;; esac
            done
            shift 3
            exec '{{RealSpark.Home}}/bin/spark-submit' "${options[@]}" --conf 'spark.yarn.jars=local:{{RealSpark.Home}}/jars/*' \
                --conf 'spark.yarn.stagingDir=file://{{_sandbox.Folder}}/staging' --conf 'spark.eventLog.dir=file://{{_sandbox.Folder}}/events' \
                --conf spark.yarn.appMasterEnv.SPARK_LOCAL_IP=127.0.0.1 --conf spark.ui.enabled=false \
                '{{RepositoryRoot.File("tests/bootstrap/held_tasks.py")}}' "$@"
            """);
        return yarn;
    }

    private Task<Ended> RunAsync(int tasks, int patience = Failures) =>
        Task.Run(() => _sandbox.Run("bootstrap/run-step.sh", "run", _tasks, $"{tasks}", $"{patience}"));

    /// <summary>The tasks that have begun on a node.</summary>
    private string[] Begun(int node) => [.. Notes("begun").Where(note => note.Node == RealYarn.AddressOf(node)).Select(static note => note.Name)];

    private IEnumerable<(string Name, int Task, string Node)> Notes(string what) =>
        from file in Directory.GetFiles(_tasks, $"{what}-*")
        where !file.EndsWith(".new", StringComparison.Ordinal)
        select (Path.GetFileName(file), int.Parse(Path.GetFileName(file).Split('-')[1], CultureInfo.InvariantCulture), File.ReadAllText(file));

    private void Go() => File.WriteAllText(Path.Combine(_tasks, "go"), string.Empty);

    private static async Task UntilAsync(Task<Ended> run, Func<bool> holds)
    {
        await Eventually.HoldsAsync(() => run.IsCompleted || holds(), "what was waited for");
        if (!holds())
            Assert.Fail((await run).Errors);
    }
}
