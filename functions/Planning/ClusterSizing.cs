using Pomona.Contracts;

namespace Pomona.Functions.Planning;

/// <summary>
/// From images and their bytes to vCPU to money, by the formula of docs/sizing-and-cost.md: enough vCPU that the images are done in the
/// target time, no more than there are shards to work on, no more than the stack allows.
/// </summary>
internal sealed class ClusterSizing(SizingSettings settings, Prices prices)
{
    /// <summary>Seconds that a job takes besides its images: start, listing, fit, report.</summary>
    internal const int FixedJobSeconds = 120;

    /// <summary>How large the cluster for these images is.</summary>
    /// <param name="plan">The images.</param>
    /// <param name="overrides">What was asked for, or null.</param>
    /// <param name="decode">How much of a large JPEG is decoded.</param>
    /// <exception cref="InvalidExecutionInputException">More was asked for than the stack allows.</exception>
    public ClusterSize SizeOf(RunPlan plan, ClusterOverrides? overrides, string decode = JobArguments.Exact)
    {
        settings.Vcpus.Require(overrides);
        var core = overrides?.CoreVcpus ?? settings.Vcpus.Core;
        var work = ImageWork.SmallPhotosOf(plan, decode) / settings.ImagesPerVcpuSecond;
        var wanted = Math.Min(Math.Ceiling(work / (settings.TargetMinutes * 60.0)), plan.Shards) + ClusterSize.ReservedVcpus;
        var most = settings.Vcpus.TaskBeside(core);
        var task = overrides?.TaskVcpus ?? RoundUp(Math.Clamp(wanted - core, 0, most));
        return new ClusterSize(ClusterSize.NodeVcpus, core, task, overrides?.Spot ?? true);
    }

    /// <summary>The same in whole nodes of the types that there are, without those that are too large for it.</summary>
    public (ClusterSize Size, ClusterTypes Types) Fit(ClusterSize size, ClusterTypes types)
    {
        if (size.Task == 0)
            return (size, types);

        var fleet = TaskFleet.Of(size.Task, types.Task, settings.Vcpus.TaskBeside(size.Core));
        return (size with { Task = fleet.Vcpus, Overshoot = fleet.Overshoot }, types with { Task = fleet.Types, TooLarge = fleet.TooLarge });
    }

    /// <summary>What a run of these images on such a cluster is expected to take and cost.</summary>
    /// <param name="plan">The images.</param>
    /// <param name="size">The cluster.</param>
    /// <param name="types">What it may be made of.</param>
    /// <param name="keepMinutes">How long it is to stay after the run.</param>
    /// <param name="decode">How much of a large JPEG is decoded.</param>
    public RunEstimate EstimateOf(
        RunPlan plan, ClusterSize size, ClusterTypes types, int keepMinutes = 0, string decode = JobArguments.Exact)
    {
        // A shard is never split: with few shards some vCPU have nothing to do.
        var busy = Math.Max(1, Math.Min(size.Working, plan.Shards));
        var jobSeconds = FixedJobSeconds + (long)Math.Ceiling(ImageWork.SmallPhotosOf(plan, decode) / settings.ImagesPerVcpuSecond / busy);
        var clusterSeconds = jobSeconds + (settings.StartMinutes * 60L);
        // It stays no longer than its age limit leaves; the reaper comes a quarter of an hour later at most.
        var keepSeconds = keepMinutes == 0
            ? 0
            : Math.Clamp((60L * keepMinutes) + PlannedCluster.ReaperSeconds, 0, Math.Max(0, (3600L * settings.MaxClusterHours) - clusterSeconds));
        var paidSeconds = clusterSeconds + keepSeconds;
        var unpriced = new SortedSet<string>(StringComparer.Ordinal);
        var onDemand = FamilyPrices.FactorsOf(types.OnDemand, unpriced);
        var task = FamilyPrices.FactorsOf(size.Task == 0 ? [] : types.Task, unpriced);
        var hourly = HourlyCostOf(size, onDemand.Mean, task.Mean * ((size.Spot ? prices.SpotVcpuHour : prices.OnDemandVcpuHour) + prices.EmrVcpuHour));
        var hourlyAtMost = HourlyCostOf(
            size with { Task = size.Task + size.Overshoot }, onDemand.Highest, task.Highest * (prices.OnDemandVcpuHour + prices.EmrVcpuHour));
        return new RunEstimate(
            jobSeconds,
            clusterSeconds,
            Rounded((hourly * paidSeconds / 3600m) + prices.RequestsOf(plan)),
            Rounded((hourlyAtMost * paidSeconds / 3600m) + prices.RequestsOf(plan)),
            settings.Budget,
            prices.Currency,
            prices.Date,
            Math.Round(hourly, 4),
            Math.Round(hourlyAtMost, 4),
            unpriced.Count > 0 ? [.. unpriced] : null,
            keepSeconds,
            Rounded(hourly * keepSeconds / 3600m));
    }

    /// <summary>
    /// For how long the cluster may live, in seconds, and by which parameter: no longer than the stack allows, nor than the budget
    /// lasts at the dearest that an hour may be; a job is never given less than <see cref="PlannedCluster.LeastSeconds"/>.
    /// </summary>
    public (int Seconds, string By) TimeAllowed(RunPlan plan, RunEstimate estimate)
    {
        var most = 3600 * settings.MaxClusterHours;
        if (estimate is not { Budget: > 0, HourlyAtMost: > 0 })
            return (most, PlannedCluster.ByAge);
        var lasts = Math.Max((decimal)PlannedCluster.LeastSeconds, (estimate.Budget - prices.RequestsOf(plan)) / estimate.HourlyAtMost * 3600m);
        return lasts < most ? ((int)lasts, PlannedCluster.ByBudget) : (most, PlannedCluster.ByAge);
    }

    /// <summary>What a cluster has cost that has run for so long; null when the plan does not say what an hour costs.</summary>
    public static decimal? CostSoFar(RunEstimate estimate, TimeSpan duration)
        => estimate.Hourly > 0 ? Rounded(estimate.Hourly * (decimal)duration.TotalHours) : null;

    /// <param name="size">The cluster.</param>
    /// <param name="onDemandFactor">What a vCPU of the primary and core nodes costs, in vCPU of m5.</param>
    /// <param name="taskVcpuHour">A vCPU of the task nodes with EMR's part, which follows the price of the type.</param>
    private decimal HourlyCostOf(ClusterSize size, decimal onDemandFactor, decimal taskVcpuHour)
        => ((size.Primary + size.Core) * onDemandFactor * (prices.OnDemandVcpuHour + prices.EmrVcpuHour))
            + (size.Task * taskVcpuHour)
            + (size.Nodes * (prices.DiskNodeHour + prices.PublicIpv4Hour));

    private static int RoundUp(double vcpus)
        => (int)Math.Ceiling(vcpus / ClusterSize.NodeVcpus) * ClusterSize.NodeVcpus;

    private static decimal Rounded(decimal amount) => Math.Ceiling(amount * 100) / 100;
}

/// <summary>How large a cluster is, in vCPU.</summary>
/// <param name="Primary">The primary node, On-Demand: the driver runs there, and no image is worked on.</param>
/// <param name="Core">The core nodes, On-Demand.</param>
/// <param name="Task">The task nodes.</param>
/// <param name="Spot">Whether the task nodes are Spot.</param>
/// <param name="Overshoot">What EMR may rent of task nodes beyond that.</param>
internal sealed record ClusterSize(int Primary, int Core, int Task, bool Spot, int Overshoot = 0)
{
    /// <summary>vCPU of the smallest node that the fleets are made of.</summary>
    public const int NodeVcpus = 4;

    /// <summary>vCPU of core and task nodes that are not counted on: YARN's application master and the nodes' own services.</summary>
    public const int ReservedVcpus = 1;

    /// <summary>vCPU that work on images.</summary>
    public int Working => Core + Task - ReservedVcpus;

    /// <summary>Nodes, if all are of the smallest type.</summary>
    public int Nodes => (Primary + Core + Task + NodeVcpus - 1) / NodeVcpus;
}
