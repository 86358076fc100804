namespace Pomona.Functions.Planning;

/// <summary>The stack's parameters that size a cluster. The formula is in docs/sizing-and-cost.md.</summary>
/// <param name="ImagesPerVcpuSecond">Images that one vCPU turns into features per second.</param>
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
