using System.Text.Json.Serialization;
using Pomona.Contracts;
using Pomona.Functions.Clusters;
using Pomona.Functions.Planning;
using Pomona.Functions.Runs;

namespace Pomona.Functions.Mails;

/// <summary>What the workflow says to ComposeMail; a failure may come before most of it is known.</summary>
/// <param name="Mail">Which mail.</param>
/// <param name="ExecutionArn">The execution.</param>
/// <param name="Open">OpenRun's output.</param>
/// <param name="Plan">PlanRun's output.</param>
/// <param name="ClusterId">The cluster.</param>
/// <param name="ClusterCreatedAt">When the cluster was requested.</param>
/// <param name="Summary">The job's summary.</param>
/// <param name="Error">What went wrong.</param>
/// <param name="Kept">Whether, and until when, the cluster stays.</param>
public sealed record ComposeMailRequest(
    MailKind Mail,
    string? ExecutionArn = null,
    OpenedRun? Open = null,
    PlannedRun? Plan = null,
    string? ClusterId = null,
    DateTimeOffset? ClusterCreatedAt = null,
    RunSummary? Summary = null,
    WorkflowError? Error = null,
    KeptCluster? Kept = null);

/// <summary>What a run's mail says; as JSON its name, in any case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MailKind>))]
public enum MailKind
{
    /// <summary>The cluster is up and the job begins.</summary>
    Ready,

    /// <summary>The run finished.</summary>
    Finished,

    /// <summary>The run failed.</summary>
    Failed,

    /// <summary>The run would cost more than the budget.</summary>
    OverBudget,

    /// <summary>Nothing was new, and nothing was rented.</summary>
    Unchanged,

    /// <summary>The run waits until other runs' clusters have ended.</summary>
    Waiting,
}

/// <summary>An error as a Catch of the workflow gives it.</summary>
/// <param name="Error">Its name.</param>
/// <param name="Cause">What happened; of a function it is JSON with errorType and errorMessage.</param>
public sealed record WorkflowError(
    [property: JsonPropertyName("Error")] string? Error, [property: JsonPropertyName("Cause")] string? Cause);
