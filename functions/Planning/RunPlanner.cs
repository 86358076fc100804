using System.Globalization;
using Amazon.Lambda.Core;
using Pomona.Contracts;
using Pomona.Functions.Datasets;

namespace Pomona.Functions.Planning;

/// <summary>
/// Takes the snapshot, sizes the cluster for it, holds the estimate against the budget, and makes sure that there is what the
/// nodes install.
/// </summary>
internal sealed class RunPlanner(
    Snapshot snapshot, Artifacts artifacts, IOfferedTypes offered, ClusterSizing sizing, SizingSettings settings, ClusterSettings defaults,
    RentalTags tags)
{
    public async Task<PlannedRun> PlanAsync(PlanRunRequest request, ILambdaLogger log, CancellationToken cancellation)
    {
        var overrides = request.Cluster;
        var current = await artifacts.CurrentAsync(cancellation);
        var plan = await snapshot.TakeAsync(request.Dataset, request.Run, current, cancellation);
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
        var (verdict, reason) = Judge(request.Dataset, plan, estimate);
        log.LogInformation(
            "Planned run {run} of data set {dataset}: {images} images, {vcpus} task vCPU, {verdict} {reason}",
            request.Run.Value, request.Dataset.Value, plan.Images, size.Task, verdict, reason);
        // A run that is gone on with has its own, unless an earlier version began it.
        var installed = verdict == PlannedRun.Rent ? await artifacts.CheckAsync(plan.Artifacts ?? current, cancellation) : null;
        return new PlannedRun(verdict, reason, plan, cluster, estimate, installed);
    }

    private (string Verdict, string Reason) Judge(DatasetName dataset, RunPlan plan, RunEstimate estimate)
    {
        if (plan.Images == 0)
        {
            return (PlannedRun.Empty,
                $"Data set {dataset} has no image ({(plan.PassedOver is { } others ? $"other files: {others}" : "no other files")}): upload images to {plan.Input}<class>/.");
        }

        if (estimate.Budget > 0 && estimate.CostAtMost > estimate.Budget)
        {
            return (PlannedRun.OverBudget, string.Create(
                CultureInfo.InvariantCulture,
                $"The run may cost up to {estimate.CostAtMost} {estimate.Currency}{(estimate.KeepCost > 0 ? " with the time that its cluster is to stay" : string.Empty)}, above the budget of {estimate.Budget} {estimate.Currency} per run."));
        }

        return estimate.ClusterSeconds > 3600L * settings.MaxClusterHours
            ? (PlannedRun.OverBudget, string.Create(
                CultureInfo.InvariantCulture,
                $"The run would take about {estimate.ClusterSeconds / 3600.0:0.#} hours, longer than the {settings.MaxClusterHours} hours after which clusters are ended: raise MaxVcpus or MaxClusterHours."))
            : (PlannedRun.Rent, string.Empty);
    }
}
