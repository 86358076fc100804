using Pomona.Contracts;

namespace Pomona.Functions.Planning;

/// <summary>The stack's parameters that size a cluster. The formula is in docs/sizing-and-cost.md.</summary>
/// <param name="ImagesPerVcpuSecond">Images of up to 64 kB that one vCPU turns into features per second; larger ones are reckoned from it (<see cref="ImageWork"/>).</param>
/// <param name="TargetMinutes">How long the job may take when the cluster may grow.</param>
/// <param name="StartMinutes">From RunJobFlow to the job's first image, and the tear-down.</param>
/// <param name="Vcpus">The most vCPU, and those of the On-Demand core nodes.</param>
/// <param name="ShardSize">Images per shard.</param>
/// <param name="MaxClusterHours">After which a cluster is ended, whatever it does.</param>
/// <param name="Budget">The most a run may be estimated to cost; 0 for no limit.</param>
internal sealed record SizingSettings(
    double ImagesPerVcpuSecond,
    int TargetMinutes,
    int StartMinutes,
    VcpuLimit Vcpus,
    int ShardSize,
    int MaxClusterHours,
    decimal Budget);

/// <summary>How many vCPU the stack allows a cluster.</summary>
/// <param name="Max">The most of core and task nodes together; core nodes are rented even when it is less.</param>
/// <param name="Core">Those of core nodes, unless the input asks for others.</param>
internal sealed record VcpuLimit(int Max, int Core)
{
    /// <summary>The most vCPU of task nodes beside so many of core nodes: whole nodes, so that the limit is never exceeded.</summary>
    public int TaskBeside(int core) => Math.Max(0, Max - core) / ClusterSize.NodeVcpus * ClusterSize.NodeVcpus;

    /// <summary>Makes sure that the task nodes that were asked for are allowed.</summary>
    /// <exception cref="InvalidExecutionInputException">They are too many, or too large.</exception>
    public void Require(ClusterOverrides? overrides)
    {
        var core = overrides?.CoreVcpus ?? Core;
        if (overrides?.TaskVcpus is { } asked && asked > TaskBeside(core))
        {
            throw new InvalidExecutionInputException(
                $"\"cluster.taskVcpus\" is {asked}: beside {core} vCPU of core nodes the stack allows {TaskBeside(core)} (MaxVcpus {Max}); "
                + "ask for no more, or deploy the stack with a larger MaxVcpus.");
        }

        if (overrides?.InstanceTypes is not { } types || overrides.TaskVcpus == 0)
            return;
        if (types.FirstOrDefault(type => type.Vcpus > TaskBeside(core)) is { } large)
        {
            throw new InvalidExecutionInputException(
                $"\"cluster.instanceTypes\" has {large.Name} of {large.Vcpus} vCPU: beside {core} vCPU of core nodes the stack allows {TaskBeside(core)} "
                + $"(MaxVcpus {Max}); ask for smaller types, or deploy the stack with a larger MaxVcpus.");
        }

        var smallest = types.Min(type => type.Vcpus);
        if (overrides.TaskVcpus is { } wanted && TaskFleet.RoundedUp(wanted, smallest) is var whole && whole > TaskBeside(core))
        {
            throw new InvalidExecutionInputException(
                $"\"cluster.taskVcpus\" is {wanted}, which whole nodes of the smallest of \"cluster.instanceTypes\", {smallest} vCPU, make {whole}: beside "
                + $"{core} vCPU of core nodes the stack allows {TaskBeside(core)} (MaxVcpus {Max}); ask for fewer, or for smaller types.");
        }
    }
}

/// <summary>The stack's parameters about the form of a cluster.</summary>
/// <param name="ReleaseLabel">EMR's release.</param>
/// <param name="Subnets">The subnets to choose from.</param>
/// <param name="KeyName">The EC2 key pair, or null.</param>
/// <param name="Notebooks">Whether JupyterHub and Livy are installed.</param>
/// <param name="IdleMinutes">After how many idle minutes EMR itself ends the cluster.</param>
internal sealed record ClusterSettings(
    string ReleaseLabel, IReadOnlyList<string> Subnets, string? KeyName, bool Notebooks, int IdleMinutes);

/// <summary>The stack's parameters about the functions that may run a run's numbers.</summary>
/// <param name="MemoryMegabytes">Memory of one, from which its processor time follows.</param>
/// <param name="AtOnce">The most that work for one run at once.</param>
internal sealed record FunctionSettings(int MemoryMegabytes, int AtOnce)
{
    /// <summary>Step Functions' limit of an inline map, and what a run takes of an account's quota of 1,000 where nothing else is said.</summary>
    public const int MostAtOnce = 40;

    /// <summary>vCPU of one function.</summary>
    public double Vcpus => MemoryMegabytes / (double)RunEngine.MegabytesPerVcpu;
}

/// <summary>What things cost, as read from AWS's price lists on a day.</summary>
/// <param name="OnDemandVcpuHour">One vCPU of a general purpose instance for an hour.</param>
/// <param name="SpotVcpuHour">The same on Spot, usually.</param>
/// <param name="EmrVcpuHour">EMR's own charge for it, on either.</param>
/// <param name="DiskNodeHour">A node's disk for an hour.</param>
/// <param name="PublicIpv4Hour">A node's public address for an hour; 0 where it has none.</param>
/// <param name="S3Put1000">A thousand writes or listings.</param>
/// <param name="S3Get1000">A thousand reads.</param>
/// <param name="LambdaGbSecond">A gigabyte (1,024 MB) of a function's memory for a second.</param>
/// <param name="LambdaMillionRequests">A million calls of functions.</param>
/// <param name="StateTransitions1000">A thousand steps of the workflow.</param>
/// <param name="Currency">ISO code of all of these.</param>
/// <param name="Date">The day they were read, yyyy-MM-dd.</param>
internal sealed record Prices(
    decimal OnDemandVcpuHour,
    decimal SpotVcpuHour,
    decimal EmrVcpuHour,
    decimal DiskNodeHour,
    decimal PublicIpv4Hour,
    decimal S3Put1000,
    decimal S3Get1000,
    decimal LambdaGbSecond,
    decimal LambdaMillionRequests,
    decimal StateTransitions1000,
    string Currency,
    string Date)
{
    /// <summary>What a run's reads and writes cost, whoever makes them.</summary>
    /// <param name="plan">The images.</param>
    public decimal RequestsOf(RunPlan plan)
    {
        // Per image one read, but for those that are taken over; per shard its manifest, cues, features, components and their pages of the ledger, and what is read back of them; per
        // thousand images two listings.
        var gets = plan.NewImages + ((plan.Since is null ? 5m : 10m) * plan.Shards);
        var puts = (6m * plan.Shards) + (plan.Images / 500m) + 20;
        return (gets / 1000m * S3Get1000) + (puts / 1000m * S3Put1000);
    }
}
