using Pomona.Contracts;

namespace Pomona.Functions.Clusters;

internal interface IClusters
{
    /// <summary>The ids of clusters that still cost money, ours or not.</summary>
    IAsyncEnumerable<string> ActiveAsync(CancellationToken cancellation);

    /// <summary>Describes a cluster; null when EMR knows no such id.</summary>
    Task<ClusterInfo?> DescribeAsync(string clusterId, CancellationToken cancellation);

    /// <summary>A cluster's steps, newest first.</summary>
    IAsyncEnumerable<StepInfo> StepsAsync(string clusterId, CancellationToken cancellation);

    /// <summary>Describes a step; null when EMR knows no such id.</summary>
    Task<StepInfo?> DescribeStepAsync(string clusterId, string stepId, CancellationToken cancellation);

    /// <summary>Puts a tag on a cluster.</summary>
    Task TagAsync(string clusterId, string key, string value, CancellationToken cancellation);

    /// <summary>Takes termination protection off and asks EMR to end the cluster; harmless when it is ending already.</summary>
    Task TerminateAsync(ClusterInfo cluster, CancellationToken cancellation);
}

/// <summary>A cluster as EMR describes it.</summary>
/// <param name="Id">Its id, <c>j-…</c>.</param>
/// <param name="State">EMR's state: STARTING, BOOTSTRAPPING, RUNNING, WAITING, TERMINATING, TERMINATED, TERMINATED_WITH_ERRORS.</param>
/// <param name="Reason">Why it is in this state, for people; may be empty.</param>
/// <param name="CreatedAt">When it was requested, UTC; null when EMR does not say.</param>
/// <param name="TerminationProtected">Whether a termination would be refused.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="ReasonCode">EMR's code for why it is in this state; null when there is none.</param>
/// <param name="Errors">What EMR says went wrong in detail.</param>
/// <param name="Subnet">Where its nodes are; null before EMR has chosen.</param>
internal sealed record ClusterInfo(
    string Id,
    string State,
    string Reason,
    DateTimeOffset? CreatedAt,
    bool TerminationProtected,
    IReadOnlyDictionary<string, string> Tags,
    string? ReasonCode = null,
    IReadOnlyList<ClusterError>? Errors = null,
    string? Subnet = null)
{
    /// <summary>The states of a cluster that still costs money and nobody has told to end.</summary>
    public static IReadOnlyList<string> ActiveStates { get; } = ["STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING"];

    /// <summary>Whether it still costs money and nobody has told it to end.</summary>
    public bool IsActive => ActiveStates.Contains(State);

    /// <summary>Until when it stays although its run has finished; null where it does not.</summary>
    public DateTimeOffset? KeptUntil => KeepTime.Of(Tag(ClusterTags.KeepUntil), Id);

    public string? Tag(string key) => Tags.GetValueOrDefault(key);
}

/// <summary>One of the things that went wrong with a cluster.</summary>
/// <param name="Code">EMR's code: https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-troubleshoot-errordetail.html.</param>
/// <param name="Message">EMR's words for it.</param>
/// <param name="InstanceType">The instance type that it is about, or null.</param>
internal sealed record ClusterError(string Code, string Message, string? InstanceType = null);

/// <summary>A step as EMR describes it.</summary>
/// <param name="Id">Its id, <c>s-…</c>.</param>
/// <param name="State">EMR's state: PENDING, CANCEL_PENDING, RUNNING, COMPLETED, CANCELLED, FAILED, INTERRUPTED.</param>
/// <param name="Reason">Why it is in this state, for people; may be empty.</param>
/// <param name="Arguments">Its command line. Holds the task's token: never log it.</param>
internal sealed record StepInfo(string Id, string State, string Reason, IReadOnlyList<string> Arguments)
{
    /// <summary>Whether it ended without finishing its work.</summary>
    public bool HasFailed => State is "FAILED" or "CANCELLED" or "INTERRUPTED";

    /// <summary>The token of the workflow's task that waits for this step, or null when none does.</summary>
    public string? TaskToken
    {
        get
        {
            for (var i = 0; i < Arguments.Count - 1; i++)
            {
                if (Arguments[i] == JobArguments.TaskToken && Arguments[i + 1].Length > 0)
                    return Arguments[i + 1];
            }

            return null;
        }
    }
}
