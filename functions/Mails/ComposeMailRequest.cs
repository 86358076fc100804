using Pomona.Contracts;
using Pomona.Functions.Planning;
using Pomona.Functions.Runs;

namespace Pomona.Functions.Mails;

/// <summary>What the workflow says to ComposeMail; a failure may come before most of it is known.</summary>
/// <param name="Mail">Which mail.</param>
/// <param name="ExecutionArn">The execution.</param>
/// <param name="Open">OpenRun's output.</param>
/// <param name="Plan">PlanRun's output.</param>
/// <param name="ClusterId">The cluster.</param>
/// <param name="PrimaryDns">The primary node's name, for the tunnel.</param>
/// <param name="ClusterCreatedAt">When the cluster was requested.</param>
/// <param name="Summary">The job's summary.</param>
/// <param name="Error">What went wrong.</param>
public sealed record ComposeMailRequest(
    MailKind Mail,
    string? ExecutionArn = null,
    OpenedRun? Open = null,
    PlannedRun? Plan = null,
    string? ClusterId = null,
    string? PrimaryDns = null,
    DateTimeOffset? ClusterCreatedAt = null,
    RunSummary? Summary = null,
    WorkflowError? Error = null);
