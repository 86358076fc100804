using Pomona.Contracts;

namespace Pomona.Functions.Clusters;

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
