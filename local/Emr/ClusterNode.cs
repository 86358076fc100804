using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Pomona.Local.Account;
using Pomona.Local.Emr.Yarn;
using Pomona.Local.Processes;

namespace Pomona.Local.Emr;

/// <summary>The primary node of a cluster: what runs there.</summary>
internal interface IClusterNode
{
    /// <summary>Runs a bootstrap action.</summary>
    /// <param name="number">Which one, from 1.</param>
    /// <param name="path">Where its script is: <c>s3://…</c>.</param>
    /// <param name="arguments">The script's arguments.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Its exit code.</returns>
    Task<int> BootstrapAsync(int number, string path, IReadOnlyList<string> arguments, CancellationToken cancellation);

    /// <summary>Installs the cluster's applications, on all its nodes.</summary>
    /// <param name="cancellation">Gives up; nothing is left then.</param>
    /// <returns>Why it failed; null when it did not, or nobody waits for it any more.</returns>
    Task<string?> InstallAsync(CancellationToken cancellation);

    /// <summary>The machine of a core or task node is gone, with all that ran on it.</summary>
    /// <exception cref="LocalCloudException">It could not be taken away.</exception>
    Task LoseAsync(Instance worker, CancellationToken cancellation);

    /// <summary>A core or task node is told that its machine goes.</summary>
    /// <param name="worker">Which.</param>
    /// <param name="notice">How long it has until then.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <exception cref="LocalCloudException">It could not be told.</exception>
    Task DecommissionAsync(Instance worker, TimeSpan notice, CancellationToken cancellation);

    /// <returns>Its exit code; 143 when it was cancelled.</returns>
    Task<int> StepAsync(ClusterStep step);

    Task StopAllAsync();
}

/// <summary>Makes a cluster's primary node.</summary>
internal delegate IClusterNode NodeFactory(Cluster cluster);

/// <summary>
/// The primary node of a cluster, as local processes: bootstrap actions and steps run in a folder that stands for the
/// node's disk, with the commands that a node has. <c>spark-submit</c> there runs the job with its local engine, or hands it to a real Spark
/// (<see cref="NodeSpark"/>), whose YARN has the cluster's other nodes.
/// </summary>
internal sealed class ClusterNode : IClusterNode
{
    private readonly Cluster _cluster;
    private readonly LogDelivery _logs;
    private readonly NodeTools _tools;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly string _folder;
    private readonly ConcurrentDictionary<GuardedProcess, bool> _running = new();
    private LocalYarn? _yarn;
    private string? _insteadOfYarn;

    public ClusterNode(Cluster cluster, LogDelivery logs, NodeTools tools, string folder)
    {
        _cluster = cluster;
        _logs = logs;
        _tools = tools;
        _folder = folder;
        PrivateFolder.Create(folder);
        Directory.CreateDirectory(Path.Combine(folder, "opt"));
        Directory.CreateDirectory(Path.Combine(folder, "home"));
        _environment = tools.Environment(cluster.Id, folder);
    }

    public static NodeFactory Factory(IServiceProvider services)
    {
        var (logs, tools, settings) = (
            services.GetRequiredService<LogDelivery>(), services.GetRequiredService<NodeTools>(), services.GetRequiredService<LocalSettings>());
        return cluster => new ClusterNode(cluster, logs, tools, Path.Combine(settings.ClusterFolder, cluster.Id));
    }

    /// <summary>Fetches a bootstrap action's script from the bucket and runs it.</summary>
    public async Task<int> BootstrapAsync(
        int number, string path, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var name = number.ToString(CultureInfo.InvariantCulture);
        var prefix = $"node/{_cluster.Primary}/bootstrap-actions/{name}/";
        var script = Path.Combine(_folder, $"bootstrap-action-{name}.sh");
        var fetched = await RunAsync(["aws", "s3", "cp", "--only-show-errors", path, script], prefix, _environment, cancellation);
        return fetched != 0 ? fetched : await RunAsync(["bash", script, .. arguments], prefix, _environment, cancellation);
    }

    /// <summary>Starts a YARN of the core and task nodes, where a person has one.</summary>
    public async Task<string?> InstallAsync(CancellationToken cancellation)
    {
        if (_tools.Spark is not { } spark)
            return null;
        if (spark.Yarn is not { } place)
        {
            SayLocalCluster(null);
            return null;
        }

        try
        {
            var plan = YarnPlan.Of(
                _cluster.Request["Configurations"] as JsonArray,
                _cluster.Workers.Select(static worker => (worker.Type, worker.Vcpus, worker.Market, worker.Configurations)));
            if (plan.Nodes.Count == 0)
            {
                SayLocalCluster("the cluster has no core or task nodes");
                return null;
            }

            var environment = new Dictionary<string, string>(_environment, StringComparer.Ordinal) { ["SPARK_HOME"] = spark.Home, ["SPARK_LOCAL_IP"] = "127.0.0.1" };
            _yarn = await LocalYarn.StartAsync(place, plan, Path.Combine(_folder, "yarn"), environment, cancellation);
            _cluster.RunOn($"a YARN of {string.Join(", ", plan.Nodes)}");
            return null;
        }
        catch (YarnTakenException)
        {
            SayLocalCluster("another YARN is up on this machine, whose ports are the same");
            return null;
        }
        catch (LocalCloudException fault)
        {
            return fault.Message;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    public Task LoseAsync(Instance worker, CancellationToken cancellation) => _yarn?.KillAsync(NumberOf(worker), cancellation) ?? Task.CompletedTask;

    public Task DecommissionAsync(Instance worker, TimeSpan notice, CancellationToken cancellation) =>
        _yarn?.DecommissionAsync(NumberOf(worker), notice, cancellation) ?? Task.CompletedTask;

    public Task<int> StepAsync(ClusterStep step)
    {
        // command-runner.jar runs its arguments as a command; script-runner.jar its first one as a script.
        string[] command = Path.GetFileName(step.Jar) switch
        {
            "command-runner.jar" => [.. step.Arguments],
            "script-runner.jar" => ["bash", .. step.Arguments],
            _ => ["bash", "-c", "echo \"$0 is a Java program: the local cloud runs command-runner.jar and script-runner.jar\" >&2; exit 1", step.Jar],
        };
        return RunAsync([.. command.Select(OnDisk)], $"steps/{step.Id}/", StepEnvironment(), step.Cancellation.Token, _insteadOfYarn);
    }

    public async Task StopAllAsync()
    {
        // Programs of a machine that is gone say nothing any more.
        var suddenly = _cluster.EndRequest is { Sudden: true };
        foreach (var step in _cluster.Steps)
            step.Cancellation.Cancel();
        await Task.WhenAll(_running.Keys.Select(process => process.StopAsync(suddenly)));
        if (Interlocked.Exchange(ref _yarn, null) is { } yarn)
            await yarn.DisposeAsync();
    }

    private int NumberOf(Instance worker) => _cluster.Workers.TakeWhile(other => other != worker).Count() + 1;

    private void SayLocalCluster(string? why)
    {
        var executors = NodeSpark.Executors(_cluster.Vcpus, _tools.Processors);
        var what = string.Create(CultureInfo.InvariantCulture, $"a local-cluster of {executors} executor{(executors == 1 ? "" : "s")}");
        _insteadOfYarn = why is null ? null : $"{what}: {why}";
        _cluster.RunOn(_insteadOfYarn ?? what);
    }

    // What a step sees: the node's environment, and the Spark that it is handed to.
    private Dictionary<string, string> StepEnvironment()
    {
        var environment = new Dictionary<string, string>(_environment, StringComparer.Ordinal);
        if (_tools.Spark is not { } spark)
            return environment;
        var more = _yarn is { } yarn
            ? spark.OnYarn(yarn, NodeSpark.Executors(_cluster.Vcpus, _tools.Processors), Path.Combine(_folder, "spark"), environment["PATH"])
            : spark.OnLocalCluster(_cluster.Vcpus, _tools.Processors);
        foreach (var (name, value) in more)
            environment[name] = value;
        return environment;
    }

    // A node's absolute path is one below its folder here.
    private string OnDisk(string argument) =>
        argument.StartsWith('/') && File.Exists(_folder + argument) ? _folder + argument : argument;

    // A node's disk is in the account's own folder, which nobody else enters; the job's caches outlive it and are as on any run.
    private static string[] Umask() => Environment.GetEnvironmentVariable("POMONA_UMASK") is { Length: > 0 } umask
        ? ["bash", "-c", "umask \"$0\" && exec \"$@\"", umask]
        : [];

    private async Task<int> RunAsync(
        IReadOnlyList<string> command, string logPrefix, IReadOnlyDictionary<string, string> environment, CancellationToken cancellation, string? remark = null)
    {
        var output = new NodeLog();
        var error = new NodeLog();
        if (remark is not null)
            error.Write($"pomona: this step runs on {remark}.");
        int code;
        await using (var process = GuardedProcess.Start(
            new ProcessPlan([.. Umask(), .. command], environment, Path.Combine(_folder, "home"), TimeSpan.FromSeconds(3)),
            output.Write, error.Write))
        {
            _running[process] = true;
            await using (cancellation.Register(() => _ = process.StopAsync(_cluster.EndRequest is { Sudden: true })))
                code = await process.Exited;
            _running.TryRemove(process, out _);
        }

        await _logs.SaveAsync(_cluster, logPrefix + "stdout", output);
        await _logs.SaveAsync(_cluster, logPrefix + "stderr", error);
        return code;
    }
}
