using Amazon.Lambda.Core;
using Pomona.Contracts;
using Pomona.Functions.Planning;

namespace Pomona.Functions.Clusters;

/// <summary>
/// Lets a cluster stay for a while after its run: a tag says until when, which every layer that ends clusters reads, and nothing
/// else has to go on for its end. It never stays beyond what its plan and the stack allow a cluster.
/// </summary>
internal sealed class ClusterKeeper(IClusters clusters, OwnClusters own, TimeSpan limit, TimeProvider time)
{
    /// <summary>Keeps it, or says that it is to be ended; asked again, the answer is the same.</summary>
    public async Task<KeptCluster> KeepAsync(KeepClusterRequest request, ILambdaLogger log, CancellationToken cancellation)
    {
        if (await own.FindAsync(request.ClusterId, cancellation) is not { IsActive: true } cluster)
            return new KeptCluster(null, null);

        var now = time.GetUtcNow();
        // Clusters of the run that did not come up have used some of the time already.
        var earlier = Math.Max(0, request.TotalPolls - request.Polls) * StartJudge.BetweenPolls;
        var allowed = TimeSpan.FromSeconds(request.MaxSeconds) - earlier;
        var latest = (cluster.CreatedAt ?? now) + (allowed < limit ? allowed : limit) - TimeSpan.FromSeconds(PlannedCluster.ReaperSeconds);
        var wanted = cluster.KeptUntil ?? now + TimeSpan.FromMinutes(request.KeepMinutes);
        var until = wanted < latest ? wanted : latest;
        if (until <= now)
        {
            log.LogInformation("Cluster {cluster} does not stay: nothing is left of the time that it may live", cluster.Id);
            return new KeptCluster(null, null);
        }

        // To the second, as the tag says it.
        until = DateTimeOffset.FromUnixTimeSeconds(until.ToUnixTimeSeconds());
        await clusters.TagAsync(cluster.Id, ClusterTags.KeepUntil, KeepTime.Write(cluster.Id, until), cancellation);
        var cost = request.Hourly is > 0 and var hourly ? Math.Ceiling(hourly * (decimal)(until - now).TotalHours * 100) / 100 : (decimal?)null;
        log.LogInformation(
            "Run {run} of data set {dataset}: cluster {cluster} stays until {until}",
            cluster.Tag(ClusterTags.Run), cluster.Tag(ClusterTags.Dataset), cluster.Id, until.ToString("u"));
        return new KeptCluster(until, cost);
    }
}

/// <summary>What the workflow says to KeepCluster.</summary>
/// <param name="ClusterId">The cluster of a run that has finished.</param>
/// <param name="KeepMinutes">How long it is to stay.</param>
/// <param name="MaxSeconds">For how long the run may have clusters.</param>
/// <param name="Polls">How often this cluster was looked at while it started.</param>
/// <param name="TotalPolls">The same of all clusters of the run together.</param>
/// <param name="Hourly">What an hour of it is expected to cost; null or 0 where that is not known.</param>
public sealed record KeepClusterRequest(
    string ClusterId, int KeepMinutes, int MaxSeconds, int Polls = 0, int TotalPolls = 0, decimal? Hourly = null);

/// <summary>A cluster that stays after its run.</summary>
/// <param name="Until">Until when; null when it is to be ended now.</param>
/// <param name="Cost">What it is expected to cost until then; null when not known.</param>
public sealed record KeptCluster(DateTimeOffset? Until, decimal? Cost);
