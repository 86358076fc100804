using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Pomona.Local.Aws;
using Pomona.Local.Front;

namespace Pomona.Local.Emr;

/// <summary>All clusters that were ever rented in this account, and the tasks that lead them through their lives.</summary>
internal sealed class ClusterStore(
    LocalSettings settings, IdSource ids, ScaledTime time, TimeProvider clock, ClusterFaults faults, ClusterEvents events,
    ClusterLogs logs, NodeTools tools, ILogger<ClusterLife> log) : IDisposable
{
    private readonly ConcurrentDictionary<string, (Cluster Cluster, Task Life)> _clusters = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _down = new();

    /// <summary>All clusters, newest first.</summary>
    public IReadOnlyList<Cluster> All => [.. _clusters.Values.Select(entry => entry.Cluster).OrderByDescending(cluster => cluster.Created)];

    /// <summary>Rents a cluster.</summary>
    public Cluster Rent(JsonObject request)
    {
        var cluster = new Cluster(ids.Code("j-", 13), request.DeepClone().AsObject(), ids, clock);
        var node = new ClusterNode(cluster, logs, tools, Path.Combine(settings.ClusterFolder, cluster.Id));
        var life = new ClusterLife(cluster, node, faults, events, time, clock, log);
        _clusters[cluster.Id] = (cluster, life.LiveAsync(_down.Token));
        return cluster;
    }

    /// <summary>Finds a cluster.</summary>
    /// <exception cref="AwsFailure">There is none of that id.</exception>
    public Cluster Get(string id) => _clusters.TryGetValue(id, out var entry)
        ? entry.Cluster
        : throw new AwsFailure(400, "InvalidRequestException", $"Cluster id '{Contracts.Printable.Excerpt(id)}' is not valid.");

    /// <summary>Ends what is under way.</summary>
    public async Task StopAsync()
    {
        await _down.CancelAsync();
        await Task.WhenAll(_clusters.Values.Select(entry => entry.Life));
    }

    /// <inheritdoc/>
    public void Dispose() => _down.Dispose();
}
