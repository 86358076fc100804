using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Pomona.Local.Account;
using Pomona.Local.Aws;
using Pomona.Local.Front;

namespace Pomona.Local.Emr;

/// <summary>All clusters that were ever rented in this account, and the tasks that lead them through their lives.</summary>
internal sealed class ClusterStore(
    IdSource ids, ScaledTime time, TimeProvider clock, ClusterFaults faults, ClusterEvents events, NodeFactory nodes,
    ILogger<ClusterLife> log) : BackgroundWork(log)
{
    private readonly ConcurrentDictionary<string, Cluster> _clusters = new(StringComparer.Ordinal);

    /// <summary>All clusters, newest first.</summary>
    public IReadOnlyList<Cluster> All => [.. _clusters.Values.OrderByDescending(cluster => cluster.Created)];

    public Cluster Rent(JsonObject request)
    {
        var cluster = new Cluster(ids.Code("j-", 13), request.DeepClone().AsObject(), ids, clock);
        var life = new ClusterLife(cluster, nodes(cluster), faults, events, time, clock, log);
        _clusters[cluster.Id] = cluster;
        Begin($"The cluster {cluster.Id}", life.LiveAsync);
        return cluster;
    }

    /// <exception cref="AwsFailure">There is none of that id.</exception>
    public Cluster Get(string id) => _clusters.TryGetValue(id, out var cluster)
        ? cluster
        : throw new AwsFailure(400, "InvalidRequestException", $"Cluster id '{Contracts.Printable.Excerpt(id)}' is not valid.");
}
