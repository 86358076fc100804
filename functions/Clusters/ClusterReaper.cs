using System.Globalization;
using Amazon.Lambda.Core;
using Pomona.Contracts;

namespace Pomona.Functions.Clusters;

/// <summary>
/// The last of the layers between a forgotten cluster and a bill: whatever else has failed, a cluster of this stack whose
/// execution does not run, or that is older than the stack allows or its own plan did, is ended.
/// </summary>
internal sealed class ClusterReaper(OwnClusters clusters, TimeSpan limit, TimeProvider time)
{
    /// <summary>Looks at every cluster of ours and ends those that must not go on; one that resists does not stop the rest.</summary>
    public async Task<ReaperReport> ReapAsync(ILambdaLogger log, CancellationToken cancellation)
    {
        var examined = 0;
        var terminated = new List<ReapedCluster>();
        var failed = new List<ReapedCluster>();
        await foreach (var cluster in clusters.ActiveAsync(log, cancellation))
        {
            examined++;
            var age = time.GetUtcNow() - (cluster.CreatedAt ?? time.GetUtcNow());
            var reason = age > LimitOf(cluster) ? ReapReason.TooOld : clusters.WasKept(cluster) ? ReapReason.KeptEnough : ReapReason.Orphaned;
            var reaped = new ReapedCluster(
                cluster.Id,
                cluster.Tag(ClusterTags.Run),
                cluster.Tag(ClusterTags.Dataset),
                Math.Round(age.TotalHours, 2),
                reason);
            try
            {
                if (reason == ReapReason.TooOld)
                    await clusters.EndAsync(cluster, "it is older than the limit", log, cancellation);
                else if (!await clusters.EndOrphanAsync(cluster, log, cancellation))
                    continue;
                terminated.Add(reaped);
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                log.LogError(e, "Could not end cluster {cluster} of run {run}", cluster.Id, reaped.Run);
                failed.Add(reaped);
            }
        }

        log.LogInformation(
            "Examined {examined} clusters, terminated {terminated}, failed to terminate {failed}",
            examined, terminated.Count, failed.Count);
        return new ReaperReport(examined, terminated, failed);
    }

    /// <summary>The tag only ever shortens a cluster's life: what it says otherwise, or a tag that was changed, is as if there were none.</summary>
    private TimeSpan LimitOf(ClusterInfo cluster)
        => int.TryParse(cluster.Tag(ClusterTags.MaxSeconds), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds > 0 && TimeSpan.FromSeconds(seconds) is var allowed && allowed < limit
            ? allowed
            : limit;
}
