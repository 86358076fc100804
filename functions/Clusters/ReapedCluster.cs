namespace Pomona.Functions.Clusters;

/// <summary>A cluster that the reaper ended, or tried to.</summary>
/// <param name="ClusterId">Its id.</param>
/// <param name="Run">The run it was for, or null.</param>
/// <param name="Dataset">The data set it was for, or null.</param>
/// <param name="Hours">Its age.</param>
/// <param name="Reason">Why it was to end, or why it could not.</param>
public sealed record ReapedCluster(string ClusterId, string? Run, string? Dataset, double Hours, ReapReason Reason);
