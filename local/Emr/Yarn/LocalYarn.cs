using System.Collections.Concurrent;
using System.Globalization;
using Pomona.Local.Account;
using Pomona.Local.Processes;

namespace Pomona.Local.Emr.Yarn;

/// <summary>
/// A YARN that is up: processes of this machine, one for each node. They are told by the folder that they hold, and end with this program, however it
/// ends.
/// </summary>
internal sealed class LocalYarn : IAsyncDisposable
{
    // keep-yarn.sh: there is another on this machine.
    private const int IsTaken = 75;

    // A dozen processes are killed at once.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly YarnPlace _place;
    private readonly string _folder;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly GuardedProcess _keeper;

    private LocalYarn(YarnPlace place, string folder, IReadOnlyDictionary<string, string> environment, GuardedProcess keeper)
    {
        _place = place;
        _folder = folder;
        _environment = environment;
        _keeper = keeper;
    }

    /// <summary>What Spark wants as <c>HADOOP_CONF_DIR</c>.</summary>
    public string Configuration => Path.Combine(_folder, "conf");

    /// <summary>Where Hadoop's command <c>yarn</c> is.</summary>
    public string Commands => Path.Combine(_folder, "bin");

    /// <summary>Starts it and waits until all its nodes are there.</summary>
    /// <param name="place">Where it is had.</param>
    /// <param name="plan">What it is made of.</param>
    /// <param name="folder">Takes its configuration, logs and files; a folder of its own, that nobody else names.</param>
    /// <param name="environment">What its processes see, and what runs in its containers.</param>
    /// <param name="cancellation">Gives up; nothing is left then.</param>
    /// <exception cref="YarnTakenException">There is another one on this machine.</exception>
    /// <exception cref="LocalCloudException">It did not start; the message has the script's own words.</exception>
    public static async Task<LocalYarn> StartAsync(
        YarnPlace place, YarnPlan plan, string folder, IReadOnlyDictionary<string, string> environment, CancellationToken cancellation)
    {
        PrivateFolder.Create(folder);
        var properties = folder + ".properties";
        // The program of a container sees of its node's environment only what YARN is told to hand on.
        await File.WriteAllLinesAsync(
            properties,
            [.. plan.Properties.Select(static property => $"{property.Key}={property.Value}"), $"yarn.nodemanager.env-whitelist={string.Join(',', environment.Keys)}"],
            cancellation);
        var seen = new Dictionary<string, string>(environment, StringComparer.Ordinal)
        {
            ["YARN_PROPERTIES"] = properties,
            ["YARN_CALCULATOR"] = plan.CountsVcpus ? "Dominant" : "Default",
        };
        var words = new ConcurrentQueue<string>();
        var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var keeper = GuardedProcess.Start(
            new ProcessPlan(
                [
                    "bash", Path.Combine(AppContext.BaseDirectory, "Emr", "Yarn", "keep-yarn.sh"), place.Lock, place.Port.ToString(CultureInfo.InvariantCulture),
                    place.Script, folder, .. plan.Nodes.Select(static node => node.ToString()),
                ],
                seen, folder, Grace),
            _ => up.TrySetResult(),
            words.Enqueue);
        try
        {
            var first = await Task.WhenAny(up.Task, keeper.Exited).WaitAsync(cancellation);
            if (first == up.Task)
                return new LocalYarn(place, folder, seen, keeper);
            if (await keeper.Exited == IsTaken)
                throw new YarnTakenException();
            throw new LocalCloudException($"{place.Script} did not start a YARN of {string.Join(' ', plan.Nodes)}: {Said(words)}");
        }
        catch
        {
            await keeper.DisposeAsync();
            throw;
        }
    }

    /// <summary>A node's machine is gone, with all that runs on it.</summary>
    /// <param name="node">Its number, from 1.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <exception cref="LocalCloudException">The script failed; the message has its words.</exception>
    public Task KillAsync(int node, CancellationToken cancellation) => DoAsync("kill", [node], cancellation);

    /// <summary>A node is told to go: it gets nothing new, and what runs on it may end within the time.</summary>
    /// <param name="node">Its number, from 1.</param>
    /// <param name="notice">The time.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <exception cref="LocalCloudException">The script failed; the message has its words.</exception>
    public Task DecommissionAsync(int node, TimeSpan notice, CancellationToken cancellation) =>
        DoAsync("decommission", [node, (int)Math.Ceiling(notice.TotalSeconds)], cancellation);

    public ValueTask DisposeAsync() => _keeper.DisposeAsync();

    private async Task DoAsync(string verb, int[] arguments, CancellationToken cancellation)
    {
        var words = new ConcurrentQueue<string>();
        await using var script = GuardedProcess.Start(
            new ProcessPlan(
                [_place.Script, verb, _folder, .. arguments.Select(static argument => argument.ToString(CultureInfo.InvariantCulture))], _environment, _folder, Grace),
            words.Enqueue,
            words.Enqueue);
        if (await script.Exited.WaitAsync(cancellation) is var code && code != 0)
            throw new LocalCloudException($"{_place.Script} {verb} {string.Join(' ', arguments)} ended with exit code {code}: {Said(words)}");
    }

    private static string Said(IEnumerable<string> words) =>
        words.Any() ? Contracts.Printable.Excerpt(string.Join(' ', words.TakeLast(5)), 600) : "it said nothing";
}

/// <summary>There is another YARN on this machine, whose ports are the same.</summary>
internal sealed class YarnTakenException : Exception;
