using System.Text.Json;

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

        try
        {
            using var json = JsonDocument.Parse(message);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("detail", out var detail) || detail.ValueKind != JsonValueKind.Object)
                return null;

            return (Text(root, "source"), Text(root, "detail-type")) switch
            {
                ("aws.emr", "EMR Cluster State Change") when Text(detail, "clusterId") is { } cluster
                    => new(StateChangeSubject.Cluster, Text(detail, "state") ?? string.Empty, cluster, null, null),
                ("aws.emr", "EMR Step Status Change")
                    when Text(detail, "clusterId") is { } cluster && Text(detail, "stepId") is { } step
                    => new(StateChangeSubject.Step, Text(detail, "state") ?? string.Empty, cluster, step, null),
                ("aws.emr", "EMR Instance Fleet Provisioning")
                    when Text(detail, "clusterId") is { } cluster && Text(detail, "eventCode") == NoCapacity && IsNeededToStart(detail)
                    => new(StateChangeSubject.Capacity, string.Empty, cluster, null, null),
                ("aws.states", "Step Functions Execution Status Change") when Text(detail, "executionArn") is { } execution
                    => new(StateChangeSubject.Execution, Text(detail, "status") ?? string.Empty, null, null, execution),
                _ => null,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Task nodes may come later, or as On-Demand ones; without the others a cluster does not start.</summary>
    private static bool IsNeededToStart(JsonElement detail)
        => (Text(detail, "instanceFleetType") ?? Text(detail, "instanceGroupType")) is not "TASK";

    private static string? Text(JsonElement element, string name)
        => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}

internal enum StateChangeSubject
{
    Cluster,
    Step,
    Execution,

    /// <summary>EMR keeps asking EC2 for instances that it has not.</summary>
    Capacity,
}
