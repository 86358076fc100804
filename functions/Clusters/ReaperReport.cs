namespace Pomona.Functions.Clusters;

/// <summary>What the reaper saw and did.</summary>
/// <param name="Examined">Clusters of this stack that cost money when it looked.</param>
/// <param name="Terminated">Those it ended.</param>
/// <param name="Failed">Those it could not end, and will try again.</param>
public sealed record ReaperReport(
    int Examined, IReadOnlyList<ReapedCluster> Terminated, IReadOnlyList<ReapedCluster> Failed);
