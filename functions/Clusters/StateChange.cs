using System.Text.Json.Nodes;
using Pomona.Contracts;

namespace Pomona.Functions.Clusters;

/// <summary>
/// An EventBridge event about a cluster, a step or an execution, reduced to what it is about. What really is the case is
/// then asked of EMR or Step Functions: events come late, twice, in any order, and from whoever may write to the topic.
/// </summary>
/// <param name="Subject">What changed.</param>
/// <param name="State">Its state as the event says.</param>
/// <param name="ClusterId">The cluster; null for an execution.</param>
/// <param name="StepId">The step; null for others.</param>
/// <param name="ExecutionArn">The execution; null for others.</param>
internal sealed record StateChange(
    StateChangeSubject Subject, string State, string? ClusterId, string? StepId, string? ExecutionArn)
{
    // https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-events-response-insuff-capacity.html
    private const string NoCapacity = "EC2 provisioning - Insufficient Instance Capacity";

    /// <summary>An EventBridge event has at most 256 KB.</summary>
    private const int LargestEvent = 256 * 1024;

    /// <summary>Reads the event in an SNS message; null when it is about something else, or no event at all.</summary>
    public static StateChange? Parse(string? message)
    {
        if (message is null || message.Length > LargestEvent)
            return null;

        var root = JsonText.TryReadObject(message);
        var detail = root.At("detail");
        return (root.At("source").AsText(), root.At("detail-type").AsText()) switch
        {
            ("aws.emr", "EMR Cluster State Change") when detail.At("clusterId").AsText() is { } cluster
                => new(StateChangeSubject.Cluster, detail.At("state").AsText() ?? string.Empty, cluster, null, null),
            ("aws.emr", "EMR Step Status Change")
                when detail.At("clusterId").AsText() is { } cluster && detail.At("stepId").AsText() is { } step
                => new(StateChangeSubject.Step, detail.At("state").AsText() ?? string.Empty, cluster, step, null),
            ("aws.emr", "EMR Instance Fleet Provisioning")
                when detail.At("clusterId").AsText() is { } cluster && detail.At("eventCode").AsText() == NoCapacity && IsNeededToStart(detail)
                => new(StateChangeSubject.Capacity, string.Empty, cluster, null, null),
            ("aws.states", "Step Functions Execution Status Change") when detail.At("executionArn").AsText() is { } execution
                => new(StateChangeSubject.Execution, detail.At("status").AsText() ?? string.Empty, null, null, execution),
            _ => null,
        };
    }

    /// <summary>Task nodes may come later, or as On-Demand ones; without the others a cluster does not start.</summary>
    private static bool IsNeededToStart(JsonNode? detail)
        => (detail.At("instanceFleetType").AsText() ?? detail.At("instanceGroupType").AsText()) is not "TASK";
}

internal enum StateChangeSubject
{
    Cluster,
    Step,
    Execution,

    /// <summary>EMR keeps asking EC2 for instances that it has not.</summary>
    Capacity,
}
