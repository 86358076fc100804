using System.Text.Json;
using Amazon.Lambda.Core;
using Pomona.Contracts;
using Pomona.Functions.Clusters;
using Pomona.Functions.Executions;
using Pomona.Storage;

namespace Pomona.Functions.Runs;

/// <summary>
/// What a marker's appearance sets off: the workflow is told, and where there is no workflow any more, the run's own
/// cluster is ended. A marker is a hint: only the token can make the workflow go on, and only the cluster's own tags can
/// make it end.
/// </summary>
internal sealed class RunFinisher(IStore store, IExecutions executions, OwnClusters clusters)
{
    /// <summary>Acts on a run's marker; one that is missing, malformed, too large or another run's is only logged.</summary>
    public async Task FinishAsync(DatasetName dataset, RunId run, ILambdaLogger log, CancellationToken cancellation)
    {
        if (await ReadAsync(dataset, run, log, cancellation) is not { } marker)
            return;

        if (await TokenOfAsync(marker, dataset, run, log, cancellation) is { Length: > 0 } token)
        {
            var summary = JsonSerializer.Serialize(marker.Summary, ContractJson.Readable.RunSummary);
            if (await executions.SucceedTaskAsync(token, summary, cancellation))
            {
                log.LogInformation("Run {run} of data set {dataset} finished with {images} images", run.Value, dataset.Value, marker.Summary.Images);
                return;
            }
        }

        // Nobody waits: this event came again, or the workflow is already past its job, or it is gone.
        if (marker.ClusterId is { } id
            && await clusters.FindAsync(id, cancellation) is { } cluster
            && cluster.Tag(ClusterTags.Run) == run.Value)
        {
            var ended = await clusters.EndOrphanAsync(cluster, log, cancellation);
            log.LogInformation("Run {run} of data set {dataset}: nobody waits for its marker; cluster ended: {ended}", run.Value, dataset.Value, ended);
        }
        else
        {
            log.LogInformation("Run {run} of data set {dataset}: nobody waits for its marker, and it has no cluster of ours", run.Value, dataset.Value);
        }
    }

    private async Task<RunMarker?> ReadAsync(
        DatasetName dataset, RunId run, ILambdaLogger log, CancellationToken cancellation)
    {
        var key = BucketLayout.Run(dataset, run) + RunLayout.Marker;
        var stored = await store.TryReadAsync(key, RunMarker.LargestFile, cancellation);
        var fault = "it is gone";
        if (stored is not null)
        {
            var (marker, wrong) = Parse(stored, dataset, run);
            if (marker is not null)
                return marker;
            fault = wrong;
        }

        log.LogWarning("The marker of run {run} of data set {dataset} is ignored: {fault}", run.Value, dataset.Value, fault);
        return null;
    }

    /// <summary>The token of the task that waits for the run; null when there is none.</summary>
    private async Task<string?> TokenOfAsync(
        RunMarker marker, DatasetName dataset, RunId run, ILambdaLogger log, CancellationToken cancellation)
    {
        if (marker.Version == RunMarker.VersionWithToken)
            return marker.EarlierToken;
        if (await store.TryReadAsync(BucketLayout.Run(dataset, run) + RunLayout.WaitingTask, WaitingTask.LargestFile, cancellation) is not { } stored)
            return null;
        if (WaitingTask.TryParse(stored.Content.Span) is { } task)
            return task.TaskToken;

        log.LogWarning("Run {run} of data set {dataset}: its {file} is no waiting task's", run.Value, dataset.Value, RunLayout.WaitingTask);
        return null;
    }

    private static (RunMarker? Marker, string Fault) Parse(SmallObject stored, DatasetName dataset, RunId run)
    {
        if (stored.IsTruncated)
            return (null, $"it is larger than {RunMarker.LargestFile} bytes");

        return RunMarker.TryParse(stored.Content.Span) switch
        {
            null => (null, "it is not a marker's JSON, or of a version that is not known"),
            { Summary: { } summary } marker when summary.Dataset == dataset.Value && summary.Run == run.Value => (marker, string.Empty),
            _ => (null, "it is another run's"),
        };
    }
}
