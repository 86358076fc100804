using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.Lambda.Core;
using Pomona.Contracts;
using Pomona.Functions.Planning;

namespace Pomona.Functions.Clusters;

/// <summary>
/// Judges a cluster's start, which has three outcomes: up, ended, or neither after many minutes. Until a step has been added
/// nothing can have run, so that whatever is EMR's or EC2's own fault may be asked for again: elsewhere, and for as long as the
/// stack allows. It decides by EMR's codes, never by its sentences, which are for people.
/// </summary>
/// <param name="clusters">EMR.</param>
/// <param name="most">For how long a run may try to get a cluster.</param>
/// <param name="least">
/// What a cluster has in any case, on the clock. On AWS looks take longer than this before they are many; an account that plays
/// its waits faster than time, as the local cloud does, runs real programs that it cannot hurry.
/// </param>
/// <param name="time">The clock.</param>
internal sealed class StartJudge(IClusters clusters, TimeSpan most, TimeSpan least, TimeProvider time)
{
    /// <summary>Enough for a laptop under load.</summary>
    internal static readonly TimeSpan Least = TimeSpan.FromMinutes(4);

    /// <summary>How long the workflow waits between two looks: statemachine/pipeline.asl.json, WaitForCluster.</summary>
    internal static readonly TimeSpan BetweenPolls = TimeSpan.FromSeconds(30);

    /// <summary>The longest that any cluster may live: the template's largest MaxClusterHours, a week.</summary>
    private const int LongestSeconds = 168 * 3600;

    /// <summary>A cluster that has not come by then does not come: EMR's usual start takes 5 to 10 minutes.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    public async Task<JudgedStart> JudgeAsync(JudgeStartRequest request, ILambdaLogger log, CancellationToken cancellation)
    {
        var cluster = await clusters.DescribeAsync(request.ClusterId, cancellation);
        var judged = Judge(cluster, request);
        if (judged.Verdict is JudgedStart.Again or JudgedStart.Failed)
        {
            log.LogWarning(
                "Run {run} of data set {dataset}: cluster {cluster} does not start: {verdict}, {reason}",
                cluster?.Tag(ClusterTags.Run), cluster?.Tag(ClusterTags.Dataset), request.ClusterId, judged.Verdict, judged.Reason);
        }

        return judged;
    }

    private JudgedStart Judge(ClusterInfo? cluster, JudgeStartRequest request)
    {
        var failures = (request.Previous?.BootstrapFailures ?? 0) + (cluster?.ReasonCode == "BOOTSTRAP_FAILURE" ? 1 : 0);
        var (verdict, reason) = cluster switch
        {
            // EMR answers so for some seconds after RunJobFlow.
            null => Waits(request) ? (JudgedStart.Wait, string.Empty) : (JudgedStart.Again, "EMR does not know the cluster"),
            { State: "RUNNING" or "WAITING" } => (JudgedStart.Ready, string.Empty),
            { IsActive: true } => JudgeWaiting(cluster, request),
            _ => (IsWorthAsking(cluster, failures) ? JudgedStart.Again : JudgedStart.Failed, $"EMR ended it while it started: {SaidBy(cluster)}"),
        };
        if (verdict == JudgedStart.Again && request.TotalPolls * BetweenPolls >= most)
        {
            (verdict, reason) = (JudgedStart.Failed, string.Create(
                CultureInfo.InvariantCulture, $"{reason}; it was tried for {most.TotalMinutes:0} minutes (MaxStartMinutes)"));
        }

        return new JudgedStart(
            verdict,
            reason.Length == 0 ? reason : $"The cluster {request.ClusterId} did not start: {reason.TrimEnd('.')}.",
            verdict == JudgedStart.Again ? Elsewhere(request.Instances, cluster) : null,
            failures,
            SecondsLeft(cluster, request));
    }

    /// <summary>
    /// Clusters that did not come have cost too, so that what is counted is the longer of this one's age and all looks. Less than
    /// <see cref="PlannedCluster.LeastSeconds"/> is never given: Step Functions wants a heartbeat to be shorter than its task, and the reaper knows
    /// the true end.
    /// </summary>
    private int SecondsLeft(ClusterInfo? cluster, JudgeStartRequest request)
    {
        var age = time.GetUtcNow() - (cluster?.CreatedAt ?? time.GetUtcNow());
        var looked = request.TotalPolls * BetweenPolls;
        var left = (request.MaxSeconds ?? LongestSeconds) - (age > looked ? age : looked).TotalSeconds;
        return (int)Math.Max(Math.Min(PlannedCluster.LeastSeconds, request.MaxSeconds ?? LongestSeconds), left);
    }

    private static bool Waits(JudgeStartRequest request) => request.Polls * BetweenPolls < Patience;

    private (string Verdict, string Reason) JudgeWaiting(ClusterInfo cluster, JudgeStartRequest request)
    {
        if (cluster.Tag(ClusterTags.Capacity) is not null)
            return (JudgedStart.Again, $"EC2 has too few instances of its types in {cluster.Subnet ?? "its subnets"}");
        return Waits(request) || time.GetUtcNow() - cluster.CreatedAt < least
            ? (JudgedStart.Wait, string.Empty)
            : (JudgedStart.Again, string.Create(
                CultureInfo.InvariantCulture, $"it was still {cluster.State} after {Patience.TotalMinutes:0} minutes, and EMR says no more than \"{SaidBy(cluster)}\""));
    }

    private static bool IsWorthAsking(ClusterInfo cluster, int bootstrapFailures) => cluster.ReasonCode switch
    {
        // A script that failed twice fails again; once may have been one bad node.
        "BOOTSTRAP_FAILURE" => bootstrapFailures < 2,
        "INTERNAL_ERROR" or "INSTANCE_FAILURE" or "INSTANCE_FLEET_TIMEOUT" => true,
        // What was asked for is wrong, unless EMR's details say that there was only none of it.
        "VALIDATION_ERROR" => cluster.Errors?.Any(error => error.Code.Contains("CAPACITY", StringComparison.Ordinal)) is true,
        _ => false,
    };

    private static string SaidBy(ClusterInfo cluster) => string.Join(
        "; ",
        new[] { cluster.Reason }.Concat((cluster.Errors ?? []).Select(error => $"{error.Code} {error.Message}"))
            .Select(said => said.Trim()).Where(said => said.Length > 0).DefaultIfEmpty("nothing"));

    /// <summary>The same fleets without the subnet and the types that there was no luck with, as long as others are left.</summary>
    private static JsonObject Elsewhere(JsonObject instances, ClusterInfo? cluster)
    {
        var next = instances.DeepClone().AsObject();
        if (cluster?.Subnet is { } tried && next["Ec2SubnetIds"] is JsonArray { Count: > 1 } subnets)
            next["Ec2SubnetIds"] = Without(subnets, subnet => (string?)subnet == tried);
        var types = (cluster?.Errors ?? []).Select(error => error.InstanceType).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var fleet in next["InstanceFleets"] as JsonArray ?? [])
        {
            if (fleet?["InstanceTypeConfigs"] is JsonArray configs)
                fleet["InstanceTypeConfigs"] = Without(configs, config => types.Contains((string?)config?["InstanceType"] ?? string.Empty));
        }

        return next;
    }

    private static JsonArray Without(JsonArray all, Func<JsonNode?, bool> isTried)
    {
        JsonArray left = [.. all.Where(item => !isTried(item)).Select(item => item?.DeepClone())];
        return left.Count > 0 ? left : all.DeepClone().AsArray();
    }
}
