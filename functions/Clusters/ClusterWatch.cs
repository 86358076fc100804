using Amazon.Lambda.Core;
using Pomona.Contracts;
using Pomona.Functions.Executions;

namespace Pomona.Functions.Clusters;

/// <summary>
/// Turns changes of clusters, steps and executions into what the workflow or the cluster needs to know: a failed step or
/// a dead cluster fails the waiting task at once, with its reason, instead of by a heartbeat that stays out; an execution
/// that was stopped or timed out has its clusters ended.
/// </summary>
internal sealed class ClusterWatch(IClusters clusters, IExecutions executions, OwnClusters own)
{
    /// <summary>The errors that the workflow's Catch may match; see docs/workflow-contract.md.</summary>
    internal const string StepFailed = "Pomona.StepFailed";

    internal const string StepCancelled = "Pomona.StepCancelled";

    internal const string ClusterEnded = "Pomona.ClusterEnded";

    /// <exception cref="InvalidOperationException">EMR's own answer is behind its event: the event is to be retried.</exception>
    public Task ActAsync(StateChange change, ILambdaLogger log, CancellationToken cancellation) => change switch
    {
        { Subject: StateChangeSubject.Step, State: "FAILED" or "CANCELLED" or "INTERRUPTED" }
            => FailStepAsync(change.ClusterId!, change.StepId!, log, cancellation),
        { Subject: StateChangeSubject.Cluster, State: "TERMINATED" or "TERMINATED_WITH_ERRORS" }
            => FailClusterAsync(change.ClusterId!, log, cancellation),
        { Subject: StateChangeSubject.Capacity } => NoteCapacityAsync(change.ClusterId!, log, cancellation),
        { Subject: StateChangeSubject.Execution, State: "ABORTED" or "TIMED_OUT" or "FAILED" }
            when executions.IsOurs(change.ExecutionArn)
            => EndClustersOfAsync(change.ExecutionArn!, log, cancellation),
        _ => Task.CompletedTask,
    };

    /// <summary>JudgeStart, which the workflow asks, finds the tag and has the run ask elsewhere.</summary>
    private async Task NoteCapacityAsync(string clusterId, ILambdaLogger log, CancellationToken cancellation)
    {
        if (await own.FindAsync(clusterId, cancellation) is not { State: "STARTING" or "BOOTSTRAPPING" } cluster)
            return;

        await clusters.TagAsync(clusterId, ClusterTags.Capacity, "insufficient", cancellation);
        log.LogWarning(
            "Run {run} of data set {dataset}: EC2 has no instances for cluster {cluster}",
            cluster.Tag(ClusterTags.Run), cluster.Tag(ClusterTags.Dataset), clusterId);
    }

    private async Task FailStepAsync(string clusterId, string stepId, ILambdaLogger log, CancellationToken cancellation)
    {
        if (await own.FindAsync(clusterId, cancellation) is not { } cluster
            || await clusters.DescribeStepAsync(clusterId, stepId, cancellation) is not { } step)
            return;

        if (!step.HasFailed)
        {
            if (step.State == "COMPLETED")
                return;
            throw new InvalidOperationException($"Step {stepId} of cluster {clusterId} is {step.State}, not yet what its event says.");
        }

        await FailTaskAsync(cluster, step, step.State == "CANCELLED" ? StepCancelled : StepFailed, step.Reason, log, cancellation);
    }

    private async Task FailClusterAsync(string clusterId, ILambdaLogger log, CancellationToken cancellation)
    {
        if (await own.FindAsync(clusterId, cancellation) is not { } cluster)
            return;

        if (cluster.IsActive)
            throw new InvalidOperationException($"Cluster {clusterId} is {cluster.State}, not yet what its event says.");

        await foreach (var step in clusters.StepsAsync(clusterId, cancellation))
        {
            // A completed step has written its marker, which answers for it.
            if (step.State != "COMPLETED")
                await FailTaskAsync(cluster, step, ClusterEnded, cluster.Reason, log, cancellation);
        }
    }

    private async Task FailTaskAsync(
        ClusterInfo cluster, StepInfo step, string error, string reason, ILambdaLogger log, CancellationToken cancellation)
    {
        if (step.TaskToken is not { } token)
            return;

        var cause = $"Step {step.Id} of cluster {cluster.Id} is {step.State}, the cluster {cluster.State}"
            + (reason.Length > 0 ? $": {reason}" : ".");
        var awaited = await executions.FailTaskAsync(token, error, cause, cancellation);
        log.LogWarning(
            "Run {run} of data set {dataset}: {error}, {cause} (workflow waiting: {awaited})",
            cluster.Tag(ClusterTags.Run), cluster.Tag(ClusterTags.Dataset), error, cause, awaited);
    }

    private async Task EndClustersOfAsync(string executionArn, ILambdaLogger log, CancellationToken cancellation)
    {
        await foreach (var cluster in own.ActiveAsync(log, cancellation))
        {
            if (cluster.Tag(ClusterTags.Execution) == executionArn)
                await own.EndOrphanAsync(cluster, log, cancellation);
        }
    }
}
