using System.Text.Json.Nodes;

namespace Pomona.Functions.Planning;

/// <summary>The parts of RunJobFlow that depend on the run.</summary>
/// <param name="ReleaseLabel">EMR's release.</param>
/// <param name="Applications">RunJobFlow's Applications.</param>
/// <param name="Instances">RunJobFlow's Instances.</param>
/// <param name="IdleSeconds">For the AutoTerminationPolicy.</param>
/// <param name="MaxSeconds">After which the reaper ends the cluster, whatever it does.</param>
/// <param name="PrimaryVcpus">vCPU of the primary node.</param>
/// <param name="CoreVcpus">vCPU of the core nodes.</param>
/// <param name="TaskVcpus">vCPU of the task nodes.</param>
/// <param name="Spot">Whether the task nodes are Spot.</param>
/// <param name="Notebooks">Whether JupyterHub and Livy are installed.</param>
public sealed record PlannedCluster(
    string ReleaseLabel,
    JsonArray Applications,
    JsonObject Instances,
    int IdleSeconds,
    int MaxSeconds,
    int PrimaryVcpus,
    int CoreVcpus,
    int TaskVcpus,
    bool Spot,
    bool Notebooks);
