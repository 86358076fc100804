using Amazon.Lambda.Core;
using Pomona.Contracts;

namespace Pomona.Functions.Planning;

/// <summary>Makes of images, an input's wishes and what the region offers the cluster that would be rented.</summary>
internal sealed class ClusterPlanner(
    IOfferedTypes offered, ClusterSizing sizing, SizingSettings settings, ClusterSettings defaults, RentalTags tags)
{
    /// <summary>The cluster, and what it would take and cost.</summary>
    /// <param name="request">Whose it is, and what is asked of it.</param>
    /// <param name="plan">The images.</param>
    /// <param name="log">The log.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="NoInstanceTypesException">No types are left that it could be made of.</exception>
    public async Task<(PlannedCluster Cluster, RunEstimate Estimate)> PlanAsync(
        PlanRunRequest request, RunPlan plan, ILambdaLogger log, CancellationToken cancellation)
    {
        var overrides = request.Cluster;
        var size = sizing.SizeOf(plan, overrides, request.Decode);
        var notebooks = overrides?.Notebooks ?? defaults.Notebooks;
        var release = overrides?.ReleaseLabel ?? defaults.ReleaseLabel;
        var types = ClusterTypes.Of(
            overrides?.InstanceTypes ?? ClusterForm.TaskTypes,
            await offered.OfAsync(release, log, cancellation),
            release,
            withTasks: size.Task > 0);
        (size, types) = sizing.Fit(size, types);
        if (overrides?.TaskVcpus > size.Task)
        {
            throw new NoInstanceTypesException(
                $"No types are left of which whole nodes could have the {overrides.TaskVcpus} vCPU that \"cluster.taskVcpus\" asks for, within the "
                + $"{settings.Vcpus.TaskBeside(size.Core)} that the stack allows (MaxVcpus {settings.Vcpus.Max}): ask for fewer, or for smaller types.");
        }

        var keepMinutes = overrides?.KeepMinutes ?? 0;
        var estimate = sizing.EstimateOf(plan, size, types, keepMinutes, request.Decode);
        if (types.LeftOut.Count > 0)
        {
            log.LogInformation(
                "Run {run} of data set {dataset}: {release} does not offer {types} here", request.Run.Value, request.Dataset.Value, release, string.Join(", ", types.LeftOut));
        }

        var (allowed, limitedBy) = sizing.TimeAllowed(plan, estimate);
        var cluster = new PlannedCluster(
            release,
            ClusterForm.Applications(notebooks),
            ClusterForm.Instances(
                size,
                types,
                overrides?.Subnets ?? defaults.Subnets,
                overrides?.KeyName ?? defaults.KeyName),
            // EMR's own limit is the last of what ends a cluster: not before its time.
            60 * Math.Max(overrides?.IdleMinutes ?? defaults.IdleMinutes, keepMinutes),
            allowed,
            size.Primary,
            size.Core,
            size.Task,
            size.Spot,
            notebooks,
            types.LeftOut,
            types.TooLarge,
            limitedBy,
            keepMinutes,
            tags.Of(request, allowed));
        return (cluster, estimate);
    }
}
