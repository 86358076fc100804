namespace Pomona.Functions.Clusters;

/// <summary>A cluster as EMR describes it.</summary>
/// <param name="Id">Its id, <c>j-…</c>.</param>
/// <param name="State">EMR's state: STARTING, BOOTSTRAPPING, RUNNING, WAITING, TERMINATING, TERMINATED, TERMINATED_WITH_ERRORS.</param>
/// <param name="Reason">Why it is in this state, for people; may be empty.</param>
/// <param name="CreatedAt">When it was requested, UTC; null when EMR does not say.</param>
/// <param name="TerminationProtected">Whether a termination would be refused.</param>
/// <param name="Tags">Its tags.</param>
internal sealed record ClusterInfo(
    string Id,
    string State,
    string Reason,
    DateTimeOffset? CreatedAt,
    bool TerminationProtected,
    IReadOnlyDictionary<string, string> Tags)
{
    /// <summary>The states of a cluster that still costs money and nobody has told to end.</summary>
    public static IReadOnlyList<string> ActiveStates { get; } = ["STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING"];

    /// <summary>Whether it still costs money and nobody has told it to end.</summary>
    public bool IsActive => ActiveStates.Contains(State);

    /// <summary>The value of a tag, or null.</summary>
    public string? Tag(string key) => Tags.GetValueOrDefault(key);
}
