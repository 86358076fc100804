using System.Collections.Concurrent;
using System.Globalization;
using Pomona.Local.Account;
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

    /// <returns>Its exit code; 143 when it was cancelled.</returns>
    Task<int> StepAsync(ClusterStep step);

    Task StopAllAsync();
}

/// <summary>Makes a cluster's primary node.</summary>
internal delegate IClusterNode NodeFactory(Cluster cluster);

/// <summary>
/// The primary node of a cluster, as local processes: bootstrap actions and steps run in a folder that stands for the
/// node's disk, with the commands that a node has. <c>spark-submit</c> there runs the job with its local engine, or hands it to a real Spark (<see cref="NodeSpark"/>).
/// </summary>
internal sealed class ClusterNode : IClusterNode
{
    private readonly Cluster _cluster;
    private readonly ClusterLogs _logs;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly string _folder;
    private readonly ConcurrentDictionary<GuardedProcess, bool> _running = new();

    public ClusterNode(Cluster cluster, ClusterLogs logs, NodeTools tools, string folder)
    {
        _cluster = cluster;
        _logs = logs;
        _folder = folder;
        PrivateFolder.Create(folder);
        Directory.CreateDirectory(Path.Combine(folder, "opt"));
        Directory.CreateDirectory(Path.Combine(folder, "home"));
        _environment = tools.Environment(cluster.Id, cluster.Vcpus, folder);
    }

    public static NodeFactory Factory(IServiceProvider services)
    {
        var (logs, tools, settings) = (
            services.GetRequiredService<ClusterLogs>(), services.GetRequiredService<NodeTools>(), services.GetRequiredService<LocalSettings>());
        return cluster => new ClusterNode(cluster, logs, tools, Path.Combine(settings.ClusterFolder, cluster.Id));
    }

    /// <summary>Fetches a bootstrap action's script from the bucket and runs it.</summary>
    public async Task<int> BootstrapAsync(
        int number, string path, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var name = number.ToString(CultureInfo.InvariantCulture);
        var prefix = $"node/{_cluster.Primary}/bootstrap-actions/{name}/";
        var script = Path.Combine(_folder, $"bootstrap-action-{name}.sh");
        var fetched = await RunAsync(["aws", "s3", "cp", "--only-show-errors", path, script], prefix, cancellation);
        return fetched != 0 ? fetched : await RunAsync(["bash", script, .. arguments], prefix, cancellation);
    }

    public Task<int> StepAsync(ClusterStep step)
    {
        // command-runner.jar runs its arguments as a command; script-runner.jar its first one as a script.
        string[] command = Path.GetFileName(step.Jar) switch
        {
            "command-runner.jar" => [.. step.Arguments],
            "script-runner.jar" => ["bash", .. step.Arguments],
            _ => ["bash", "-c", "echo \"$0 is a Java program: the local cloud runs command-runner.jar and script-runner.jar\" >&2; exit 1", step.Jar],
        };
        return RunAsync([.. command.Select(OnDisk)], $"steps/{step.Id}/", step.Cancellation.Token);
    }

    public Task StopAllAsync()
    {
        // Programs of a machine that is gone say nothing any more.
        var suddenly = _cluster.EndRequest is { Sudden: true };
        foreach (var step in _cluster.Steps)
            step.Cancellation.Cancel();
        return Task.WhenAll(_running.Keys.Select(process => process.StopAsync(suddenly)));
    }

    // A node's absolute path is one below its folder here.
    private string OnDisk(string argument) =>
        argument.StartsWith('/') && File.Exists(_folder + argument) ? _folder + argument : argument;

    // A node's disk is in the account's own folder, which nobody else enters; the job's caches outlive it and are as on any run.
    private static string[] Umask() => Environment.GetEnvironmentVariable("POMONA_UMASK") is { Length: > 0 } umask
        ? ["bash", "-c", "umask \"$0\" && exec \"$@\"", umask]
        : [];

    private async Task<int> RunAsync(IReadOnlyList<string> command, string logPrefix, CancellationToken cancellation)
    {
        var output = new ClusterLog();
        var error = new ClusterLog();
        int code;
        await using (var process = GuardedProcess.Start(
            new ProcessPlan([.. Umask(), .. command], _environment, Path.Combine(_folder, "home"), TimeSpan.FromSeconds(3)),
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
