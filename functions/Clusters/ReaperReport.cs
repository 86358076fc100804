using System.Text.Json.Serialization;

namespace Pomona.Functions.Clusters;

/// <summary>What the reaper saw and did.</summary>
/// <param name="Examined">Clusters of this stack that cost money when it looked.</param>
/// <param name="Terminated">Those it ended.</param>
/// <param name="Failed">Those it could not end, and will try again.</param>
public sealed record ReaperReport(
    int Examined, IReadOnlyList<ReapedCluster> Terminated, IReadOnlyList<ReapedCluster> Failed);

/// <summary>A cluster that the reaper ended, or tried to.</summary>
/// <param name="ClusterId">Its id.</param>
/// <param name="Run">The run it was for, or null.</param>
/// <param name="Dataset">The data set it was for, or null.</param>
/// <param name="Hours">Its age.</param>
/// <param name="Reason">Why it was to end.</param>
public sealed record ReapedCluster(string ClusterId, string? Run, string? Dataset, double Hours, ReapReason Reason);

/// <summary>Why the reaper ends a cluster.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReapReason>))]
public enum ReapReason
{
    /// <summary>The execution that rented it does not run.</summary>
    Orphaned,

    /// <summary>It is older than the stack allows.</summary>
    TooOld,

    /// <summary>It was kept after its run, to explore on, and the time for that is over.</summary>
    KeptEnough,
}
