namespace Pomona.Functions.Planning;

/// <summary>How large a cluster is, in vCPU.</summary>
/// <param name="Primary">The primary node, On-Demand.</param>
/// <param name="Core">The core nodes, On-Demand; one vCPU drives the job, the others work.</param>
/// <param name="Task">The task nodes.</param>
/// <param name="Spot">Whether the task nodes are Spot.</param>
internal sealed record ClusterSize(int Primary, int Core, int Task, bool Spot)
{
    /// <summary>vCPU of the smallest node that the fleets are made of.</summary>
    public const int NodeVcpus = 4;

    /// <summary>vCPU that work on images.</summary>
    public int Working => Core + Task - 1;

    /// <summary>Nodes, if all are of the smallest type.</summary>
    public int Nodes => (Primary + Core + Task + NodeVcpus - 1) / NodeVcpus;
}
