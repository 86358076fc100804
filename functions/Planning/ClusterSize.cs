namespace Pomona.Functions.Planning;

/// <summary>How large a cluster is, in vCPU.</summary>
/// <param name="Primary">The primary node, On-Demand: the driver runs there, and no image is worked on.</param>
/// <param name="Core">The core nodes, On-Demand.</param>
/// <param name="Task">The task nodes.</param>
/// <param name="Spot">Whether the task nodes are Spot.</param>
internal sealed record ClusterSize(int Primary, int Core, int Task, bool Spot)
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
