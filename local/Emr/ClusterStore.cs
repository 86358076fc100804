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
    /// <summary>EC2's notice before it takes a Spot instance back; the work that it is for goes on by the clock.</summary>
    public static readonly TimeSpan SpotNotice = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<string, Cluster> _clusters = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IClusterNode> _nodes = new(StringComparer.Ordinal);

    /// <summary>All clusters, newest first.</summary>
    public IReadOnlyList<Cluster> All => [.. _clusters.Values.OrderByDescending(cluster => cluster.Created)];

    public Cluster Rent(JsonObject request)
    {
        var cluster = new Cluster(ids.Code("j-", 13), request.DeepClone().AsObject(), ids, clock);
        var node = nodes(cluster);
        var life = new ClusterLife(cluster, node, faults, events, time, clock, log);
        _nodes[cluster.Id] = node;
        _clusters[cluster.Id] = cluster;
        Begin($"The cluster {cluster.Id}", life.LiveAsync);
        return cluster;
    }

    /// <exception cref="AwsFailure">There is none of that id.</exception>
    public Cluster Get(string id) => _clusters.TryGetValue(id, out var cluster)
        ? cluster
        : throw new AwsFailure(400, "InvalidRequestException", $"Cluster id '{Contracts.Printable.Excerpt(id)}' is not valid.");

    /// <summary>An instance dies at once; EMR's replacement of it is not played.</summary>
    /// <exception cref="AwsFailure">There is none of that id.</exception>
    /// <exception cref="LocalCloudException">It is not there yet, or any more; or its node could not be ended.</exception>
    public async Task KillAsync(string id, string instance, CancellationToken cancellation)
    {
        var (cluster, victim) = Find(id, instance);
        if (victim.Ec2Id == cluster.Primary)
        {
            cluster.RequestEnd(ClusterEnd.NodeLost(cluster.Primary));
            return;
        }

        cluster.Lose(victim, "The instance was terminated by EC2");
        await _nodes[id].LoseAsync(victim, cancellation);
    }

    /// <summary>A Spot instance is taken back: its node is told to go, and after the notice it is gone.</summary>
    /// <exception cref="AwsFailure">There is none of that id.</exception>
    /// <exception cref="LocalCloudException">It is On-Demand, is not there, or has had its notice.</exception>
    public void Interrupt(string id, string instance, TimeSpan notice)
    {
        var (cluster, victim) = Find(id, instance);
        if (victim.Market != Instance.Spot)
            throw new LocalCloudException($"the instance {victim.Ec2Id} is {victim.Market}: EC2 interrupts Spot instances alone; 'kill' lets any die.");
        if (!cluster.GiveNotice(victim))
            throw new LocalCloudException($"the instance {victim.Ec2Id} has had its notice.");
        Begin($"The interruption of {victim.Ec2Id}", token => InterruptedAsync(cluster, victim, notice, token));
    }

    private async Task InterruptedAsync(Cluster cluster, Instance victim, TimeSpan notice, CancellationToken accountDown)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(accountDown);
        // It is told first: on a busy machine that alone takes seconds.
        await _nodes[cluster.Id].DecommissionAsync(victim, notice, accountDown);
        var over = Task.Delay(notice, clock, stop.Token);
        while (!over.IsCompleted && cluster.EndRequest is null)
        {
            var changed = cluster.Changed;
            if (cluster.EndRequest is null)
                await Task.WhenAny(over, changed);
        }

        await stop.CancelAsync();
        accountDown.ThrowIfCancellationRequested();
        if (cluster.EndRequest is not null || !cluster.IsThere(victim))
            return;
        cluster.Lose(victim, "The Spot instance was interrupted by EC2");
        await _nodes[cluster.Id].LoseAsync(victim, accountDown);
    }

    private (Cluster Cluster, Instance Instance) Find(string id, string instance)
    {
        var cluster = Get(id);
        var found = cluster.Instances.FirstOrDefault(candidate => candidate.Ec2Id == instance) ?? throw new LocalCloudException(
            $"the cluster {cluster.Id} has no instance '{Contracts.Printable.Excerpt(instance, 40)}': 'aws emr list-instances --cluster-id {cluster.Id}' and the page list them.");
        return cluster.IsThere(found) ? (cluster, found) : throw new LocalCloudException($"the instance {found.Ec2Id} is {found.StateIn(cluster.State)}: nothing runs on it.");
    }
}
