using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Pomona.Functions.Clusters;

namespace Pomona.Functions.Tests.Fakes;

/// <summary>EMR in memory, as far as the functions see it.</summary>
internal sealed class MemoryClusters : IClusters
{
    private readonly ConcurrentDictionary<string, ClusterInfo> _clusters = new();
    private readonly ConcurrentDictionary<string, List<StepInfo>> _steps = new();

    public ConcurrentQueue<string> Terminated { get; } = new();

    /// <summary>Called before every operation; may throw, to play a failing service.</summary>
    public Action<string, string> Before { get; set; } = (_, _) => { };

    public void Add(ClusterInfo cluster, params StepInfo[] steps)
    {
        _clusters[cluster.Id] = cluster;
        _steps[cluster.Id] = [.. steps];
    }

    public ClusterInfo this[string id] => _clusters[id];

    public async IAsyncEnumerable<string> ActiveAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        Before("list", string.Empty);
        foreach (var cluster in _clusters.Values.Where(c => c.IsActive).OrderBy(c => c.Id, StringComparer.Ordinal))
        {
            await Task.Yield();
            yield return cluster.Id;
        }
    }

    public Task<ClusterInfo?> DescribeAsync(string clusterId, CancellationToken cancellation)
    {
        Before("describe", clusterId);
        return Task.FromResult(_clusters.GetValueOrDefault(clusterId));
    }

    public async IAsyncEnumerable<StepInfo> StepsAsync(
        string clusterId, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Before("steps", clusterId);
        await Task.Yield();
        foreach (var step in _steps.GetValueOrDefault(clusterId) ?? [])
            yield return step;
    }

    public Task<StepInfo?> DescribeStepAsync(string clusterId, string stepId, CancellationToken cancellation)
    {
        Before("step", stepId);
        return Task.FromResult(_steps.GetValueOrDefault(clusterId)?.Find(step => step.Id == stepId));
    }

    public Task TagAsync(string clusterId, string key, string value, CancellationToken cancellation)
    {
        Before("tag", clusterId);
        var cluster = _clusters[clusterId];
        _clusters[clusterId] = cluster with { Tags = new Dictionary<string, string>(cluster.Tags) { [key] = value } };
        return Task.CompletedTask;
    }

    public Task TerminateAsync(ClusterInfo cluster, CancellationToken cancellation)
    {
        Before("terminate", cluster.Id);
        Terminated.Enqueue(cluster.Id);
        _clusters[cluster.Id] = _clusters[cluster.Id] with { State = "TERMINATING" };
        return Task.CompletedTask;
    }
}
