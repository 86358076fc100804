using System.Globalization;
using System.Text.Json;
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
    RentalTags tags, ClusterRules rules, string decode, TimeProvider time)
{
    /// <summary>Plans a run, which begins with its snapshot.</summary>
    public async Task<PlannedRun> PlanAsync(PlanRunRequest request, ILambdaLogger log, CancellationToken cancellation)
    {
        var current = await artifacts.CurrentAsync(cancellation);
        var plan = await snapshot.TakeAsync(request.Dataset, request.Run, current, cancellation);
        var planned = await SizeAsync(request, plan, log, cancellation);
        // A run that is gone on with has its own, unless an earlier version began it.
        return planned.Verdict == PlannedRun.Rent
            ? planned with { Artifacts = await artifacts.CheckAsync(plan.Artifacts ?? current, cancellation) }
            : planned;
    }

    /// <summary>
    /// What the same plan would be for a run that an execution of this input began now. Nothing is written, nothing rented; what
    /// the workflow would refuse is refused.
    /// </summary>
    /// <param name="given">The execution's input.</param>
    /// <param name="log">The log.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="InvalidExecutionInputException">The input is wrong, or is not about a new run.</exception>
    public async Task<PlannedRun> LookAsync(JsonElement given, ILambdaLogger log, CancellationToken cancellation)
    {
        var input = ExecutionInput.Read(given);
        if ((input.Run ?? input.Resume) is not null)
            throw new InvalidExecutionInputException("A dry run is about a new run: leave \"run\" and \"resume\" out of the input.");
        rules.Require(input.Cluster);

        var current = await artifacts.CurrentAsync(cancellation);
        var plan = await snapshot.LookAsync(input.Dataset, current, cancellation);
        var request = new PlanRunRequest(
            input.Dataset,
            RunId.Create(time.GetUtcNow(), 0),
            input.Components ?? 0,
            input.Cluster,
            Decode: input.Decode ?? decode,
            DryRun: true);
        var planned = await SizeAsync(request, plan, log, cancellation);
        if (planned.Verdict != PlannedRun.Rent)
            return planned;

        try
        {
            return planned with { Artifacts = await artifacts.CheckAsync(current, cancellation) };
        }
        catch (ArtifactsException missing)
        {
            // What it would cost is worth knowing all the same.
            return planned with { Verdict = PlannedRun.NotReady, Reason = missing.Message };
        }
    }

    private async Task<PlannedRun> SizeAsync(PlanRunRequest request, RunPlan plan, ILambdaLogger log, CancellationToken cancellation)
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
        var (verdict, reason) = Judge(request.Dataset, plan, estimate);
        log.LogInformation(
            "Planned run {run} of data set {dataset}: {images} images, {vcpus} task vCPU, {verdict} {reason}",
            request.DryRun ? "(dry)" : request.Run.Value, request.Dataset.Value, plan.Images, size.Task, verdict, reason);
        return new PlannedRun(verdict, reason, plan, cluster, estimate);
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
