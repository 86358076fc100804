using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Pomona.Local.Emr;
using Pomona.Local.Front;

namespace Pomona.StateMachine.Tests;

/// <summary>
/// The local cloud's EMR as the workflow meets it: what it was asked for, also when that was refused, and its clusters, on whose
/// nodes nothing runs but what the test does.
/// </summary>
internal sealed class WatchedEmr : ICallFilter
{
    // The access key with which moto's interpreter calls.
    private const string Workflow = "ak";

    private readonly ConcurrentDictionary<string, TaskCompletionSource<int>> _ends = new();
    private ClusterStore? _clusters;
    private HashSet<string> _before = [];

    /// <summary>Every call of the workflow, in order: the operation and its request.</summary>
    public ConcurrentQueue<(string Operation, JsonObject Request)> Calls { get; } = new();

    /// <summary>The clusters that this test has rented, oldest first.</summary>
    public IReadOnlyList<Cluster> Clusters => [.. _clusters!.All.Where(cluster => !_before.Contains(cluster.Id)).Reverse()];

    /// <summary>Called with each step's arguments, once it runs. It runs until it is told to end, or its cluster ends.</summary>
    public Action<IReadOnlyList<string>> OnStep { get; set; } = static _ => { };

    /// <summary>Lets the step with these arguments end, now or when it begins.</summary>
    public void EndStep(IReadOnlyList<string> arguments, int code) => EndOf(arguments).TrySetResult(code);

    private TaskCompletionSource<int> EndOf(IReadOnlyList<string> arguments) => _ends.GetOrAdd(
        string.Join(' ', arguments), _ => new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously));

    public int Times(string operation) => Calls.Count(call => call.Operation == operation);

    public int TimesAskedToEnd(Cluster cluster) => Calls.Count(call =>
        call.Operation == "TerminateJobFlows" && call.Request["JobFlowIds"]!.AsArray().Any(id => (string)id! == cluster.Id));

    public void Forget(ClusterStore clusters)
    {
        _clusters = clusters;
        _before = [.. clusters.All.Select(cluster => cluster.Id)];
        Calls.Clear();
    }

    public Task<AwsFailure?> PassAsync(AwsCall call, CancellationToken cancellation)
    {
        if (call is { Service: "elasticmapreduce", AccessKey: Workflow })
            Calls.Enqueue((call.Operation, call.Json()));
        return Task.FromResult<AwsFailure?>(null);
    }

    public IClusterNode Node(Cluster cluster) => new PlayedNode(this, cluster);

    private sealed class PlayedNode(WatchedEmr emr, Cluster cluster) : IClusterNode
    {
        public Task<int> BootstrapAsync(int number, string path, IReadOnlyList<string> arguments, CancellationToken cancellation) => Task.FromResult(0);

        public Task<string?> InstallAsync(CancellationToken cancellation) => Task.FromResult<string?>(null);

        public Task LoseAsync(Instance worker, CancellationToken cancellation) => Task.CompletedTask;

        public Task DecommissionAsync(Instance worker, TimeSpan notice, CancellationToken cancellation) => Task.CompletedTask;

        public async Task<int> StepAsync(ClusterStep step)
        {
            emr.OnStep(step.Arguments);
            var end = emr.EndOf(step.Arguments).Task;
            await Task.WhenAny(end, Task.Delay(Timeout.InfiniteTimeSpan, step.Cancellation.Token));
            return end.IsCompleted ? await end : 143;
        }

        public Task StopAllAsync() => Task.WhenAll(cluster.Steps.Select(step => step.Cancellation.CancelAsync()));
    }
}
