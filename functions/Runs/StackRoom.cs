using System.Text.Json;
using Amazon.Lambda.Core;
using Pomona.Contracts;
using Pomona.Functions.Clusters;
using Pomona.Functions.Executions;
using Pomona.Functions.Planning;
using Pomona.Storage;

namespace Pomona.Functions.Runs;

/// <summary>
/// The vCPUs that all clusters of the stack may have together, so that many data sets at once do not use up the account's quota
/// under each other's feet. Who has how much is one object, written only under its ETag. Nobody has to give anything back for it
/// to be right: who finds no room counts anew, and only an execution that runs, or a cluster that is still there, holds any. A
/// run's last state gives its own back all the same, so that the next one need not look.
/// </summary>
/// <param name="store">The bucket.</param>
/// <param name="executions">Which executions run.</param>
/// <param name="clusters">Which clusters are still there.</param>
/// <param name="most">The most vCPUs of all clusters; null for what the largest single run may take.</param>
/// <param name="limit">What a single run may take.</param>
internal sealed class StackRoom(IStore store, IExecutions executions, OwnClusters clusters, int? most, VcpuLimit limit)
{
    /// <summary>A holder is about 300 bytes: some thousand clusters.</summary>
    private const int Largest = 512 * 1024;

    /// <summary>Every failed attempt means that another one succeeded.</summary>
    private const int Attempts = 32;

    /// <summary>What all clusters together may have.</summary>
    private int Most => most ?? ClusterSize.NodeVcpus + Math.Max(limit.Max, ClusterOverrides.MostCoreVcpus);

    /// <summary>Takes room for a cluster. One run alone never waits, however large it is.</summary>
    public async Task<TakenRoom> TakeAsync(TakeRoomRequest request, ILambdaLogger log, CancellationToken cancellation)
    {
        var mine = new RoomHolder(request.Dataset, request.Run, request.ExecutionArn, MostVcpusOf(request.Cluster));
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var (taken, etag) = await ReadAsync(cancellation);
            IReadOnlyList<RoomHolder> others = [.. taken.Holders.Where(holder => holder.ExecutionArn != mine.ExecutionArn)];
            if (!Fits(mine, others))
                others = await StillThereAsync(others, log, cancellation);
            if (!Fits(mine, others))
            {
                var reason = $"{others.Sum(holder => holder.Vcpus)} of the {Most} vCPU that this stack's clusters may have together (MaxStackVcpus) are taken, by "
                    + string.Join(", ", others.Take(8).Select(holder => $"{holder.Dataset} ({holder.Vcpus})"))
                    + $"; this run may take {mine.Vcpus}.";
                log.LogInformation("Run {run} of data set {dataset} waits for room: {reason}", mine.Run.Value, mine.Dataset.Value, reason);
                return new TakenRoom(TakenRoom.Wait, reason, Tell: request.Previous is null);
            }

            if (await WriteAsync(new RoomTaken([.. others, mine]), etag, cancellation))
                return new TakenRoom(TakenRoom.Taken, string.Empty, Tell: false);
        }

        throw new InvalidOperationException($"{RoomTaken.Key} changed {Attempts} times in a row: it is tried again.");
    }

    /// <summary>Gives a run's room back; harmless when it has none.</summary>
    public async Task FreeAsync(RunId run, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var (taken, etag) = await ReadAsync(cancellation);
            if (taken.Holders.All(holder => holder.Run != run)
                || await WriteAsync(new RoomTaken([.. taken.Holders.Where(holder => holder.Run != run)]), etag, cancellation))
                return;
        }
    }

    /// <summary>With what EMR may rent beyond the target: <see cref="TaskFleet"/>.</summary>
    private static int MostVcpusOf(PlannedCluster cluster)
    {
        var nodes = (cluster.Instances["InstanceFleets"]?.AsArray() ?? [])
            .Where(fleet => (string?)fleet?["InstanceFleetType"] == "TASK")
            .SelectMany(fleet => fleet?["InstanceTypeConfigs"]?.AsArray() ?? [])
            .Select(type => (int?)type?["WeightedCapacity"] ?? 1);
        return cluster.PrimaryVcpus + cluster.CoreVcpus + cluster.TaskVcpus + TaskFleet.OvershootOf(cluster.TaskVcpus, nodes);
    }

    private bool Fits(RoomHolder mine, IReadOnlyList<RoomHolder> others)
        => others.Count == 0 || others.Sum(holder => holder.Vcpus) + mine.Vcpus <= Most;

    private async Task<IReadOnlyList<RoomHolder>> StillThereAsync(
        IReadOnlyList<RoomHolder> holders, ILambdaLogger log, CancellationToken cancellation)
    {
        var rented = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var cluster in clusters.ActiveAsync(log, cancellation))
            rented.Add(cluster.Tag(ClusterTags.Execution) ?? string.Empty);

        var left = new List<RoomHolder>();
        foreach (var holder in holders)
        {
            if (rented.Contains(holder.ExecutionArn)
                || await executions.StateAsync(holder.ExecutionArn, cancellation) == ExecutionState.Running)
                left.Add(holder);
        }

        return left;
    }

    private async Task<(RoomTaken Taken, string? ETag)> ReadAsync(CancellationToken cancellation)
    {
        if (await store.TryReadAsync(RoomTaken.Key, Largest, cancellation) is not { } found)
            return (new RoomTaken([]), null);

        // What nobody could have written is nobody's: counting anew is always right.
        var taken = found.IsTruncated ? null : JsonText.TryRead(found.Content.Span, RunsJson.Default.RoomTaken);
        return (new RoomTaken([.. (taken?.Holders ?? []).Where(holder => holder is { Dataset: not null, Run: not null, ExecutionArn: not null })]), found.ETag);
    }

    private async Task<bool> WriteAsync(RoomTaken taken, string? etag, CancellationToken cancellation)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(taken, RunsJson.Default.RoomTaken);
        return await store.TryWriteAsync(RoomTaken.Key, etag, content, cancellation) is not null;
    }
}

/// <summary>How the functions' own objects are written.</summary>
[System.Text.Json.Serialization.JsonSourceGenerationOptions(
    PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.CamelCase)]
[System.Text.Json.Serialization.JsonSerializable(typeof(RoomTaken))]
internal sealed partial class RunsJson : System.Text.Json.Serialization.JsonSerializerContext;
