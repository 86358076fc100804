using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Amazon.Lambda.Core;
using Pomona.Contracts;
using Pomona.Functions.Executions;

namespace Pomona.Functions.Clusters;

/// <summary>
/// The clusters of this stack, and the one rule by which all functions end them: tagged with our stack's name, the
/// execution named in its own tag does not run, and it is not to stay for a while after a run that finished. A marker, an event
/// or a schedule only says where to look.
/// </summary>
internal sealed class OwnClusters(IClusters clusters, IExecutions executions, string stack, TimeProvider time)
{
    /// <summary>
    /// Clusters that are known not to be ours, as long as they live: what a cluster is rented with stays with it, and describing
    /// every cluster of an account every quarter of an hour is what EMR throttles.
    /// </summary>
    private readonly ConcurrentDictionary<string, bool> _strangers = new(StringComparer.Ordinal);

    public bool IsOurs(ClusterInfo cluster) => cluster.Tag(ClusterTags.Stack) == stack;

    /// <summary>Describes a cluster; null when there is none of this id, or it is not ours.</summary>
    public async Task<ClusterInfo?> FindAsync(string clusterId, CancellationToken cancellation)
        => IsClusterId(clusterId) && await clusters.DescribeAsync(clusterId, cancellation) is { } cluster
            && IsOurs(cluster)
            ? cluster
            : null;

    /// <summary>
    /// Every cluster of ours that still costs money. Only its tags say whose it is, so each is looked at; one that cannot be is
    /// logged, and is in nobody's way.
    /// </summary>
    public async IAsyncEnumerable<ClusterInfo> ActiveAsync(
        ILambdaLogger log, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var listed = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var id in clusters.ActiveAsync(cancellation))
        {
            listed.Add(id);
            if (!_strangers.ContainsKey(id) && await LookAsync(id, log, cancellation) is { IsActive: true } cluster)
                yield return cluster;
        }

        foreach (var gone in _strangers.Keys.Where(id => !listed.Contains(id)))
            _strangers.TryRemove(gone, out _);
    }

    private async Task<ClusterInfo?> LookAsync(string id, ILambdaLogger log, CancellationToken cancellation)
    {
        try
        {
            var cluster = await clusters.DescribeAsync(id, cancellation);
            if (cluster is null || IsOurs(cluster))
                return cluster;
            _strangers.TryAdd(id, true);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            log.LogWarning(e, "Could not look at cluster {cluster}, which may be anybody's; it is looked at again", id);
        }

        return null;
    }

    /// <summary>
    /// Whether the cluster is somebody's: the execution that rented it still runs and will end it itself, or has succeeded and
    /// keeps it for a while. One that was stopped or failed keeps nothing.
    /// </summary>
    private async Task<bool> IsNeededAsync(ClusterInfo cluster, CancellationToken cancellation)
        => cluster.Tag(ClusterTags.Execution) is { } execution
            && executions.IsOurs(execution)
            && await executions.StateAsync(execution, cancellation) switch
            {
                ExecutionState.Running => true,
                ExecutionState.Succeeded => cluster.KeptUntil > time.GetUtcNow(),
                _ => false,
            };

    /// <summary>Ends a cluster of ours that nobody needs; false when it is to stay or has ended.</summary>
    public async Task<bool> EndOrphanAsync(ClusterInfo cluster, ILambdaLogger log, CancellationToken cancellation)
    {
        if (!IsOurs(cluster) || !cluster.IsActive || await IsNeededAsync(cluster, cancellation))
            return false;

        await EndAsync(cluster, WasKept(cluster) ? "the time that it was kept for is over" : "its execution does not run", log, cancellation);
        return true;
    }

    /// <summary>Whether it was kept after its run, and that is over.</summary>
    public bool WasKept(ClusterInfo cluster) => cluster.KeptUntil <= time.GetUtcNow();

    /// <exception cref="InvalidOperationException">The cluster is not ours.</exception>
    public async Task EndAsync(ClusterInfo cluster, string reason, ILambdaLogger log, CancellationToken cancellation)
    {
        if (!IsOurs(cluster))
            throw new InvalidOperationException($"Cluster {cluster.Id} does not carry the tag {ClusterTags.Stack}={stack}.");

        await clusters.TerminateAsync(cluster, cancellation);
        log.LogWarning(
            "Terminated cluster {cluster} of run {run} of data set {dataset}: {reason}",
            cluster.Id, cluster.Tag(ClusterTags.Run), cluster.Tag(ClusterTags.Dataset), reason);
    }

    /// <summary>j- and letters or digits: what EMR gives. Anything else is not worth a call.</summary>
    private static bool IsClusterId(string? id)
        => id is { Length: > 2 and <= 64 } && id.StartsWith("j-", StringComparison.Ordinal)
            && id.AsSpan(2).IndexOfAnyExcept(Alphanumeric) < 0;

    private static readonly System.Buffers.SearchValues<char> Alphanumeric
        = System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
}
