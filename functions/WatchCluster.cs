using Amazon.Lambda.Core;
using Amazon.Lambda.SNSEvents;
using Pomona.Functions.Clusters;
using Pomona.Functions.Hosting;

namespace Pomona.Functions;

/// <summary>Changes of clusters, steps and executions become a failed task with its reason, or an ended cluster.</summary>
public sealed class WatchCluster
{
    private readonly ClusterWatch _watch;

    /// <summary>As Lambda makes it.</summary>
    public WatchCluster()
        : this(Composition.FromEnvironment.Watch())
    {
    }

    internal WatchCluster(ClusterWatch watch) => _watch = watch;

    /// <summary>Handles an SNS event that carries EventBridge events.</summary>
    public async Task HandleAsync(SNSEvent snsEvent, ILambdaContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var deadline = Deadline.Of(context);
        var changes = (snsEvent?.Records ?? [])
            .Select(record => StateChange.Parse(record?.Sns?.Message))
            .OfType<StateChange>()
            .Distinct()
            .ToList();
        await RecordBatch.ForEachAsync(
            changes,
            change => $"{change.Subject} {change.StepId ?? change.ClusterId ?? change.ExecutionArn} {change.State}",
            context.Logger,
            change => _watch.ActAsync(change, context.Logger, deadline.Token));
    }
}
