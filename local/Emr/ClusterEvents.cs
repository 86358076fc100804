using System.Globalization;
using System.Text.Json.Nodes;
using Pomona.Local.EventBridge;

namespace Pomona.Local.Emr;

/// <summary>Tells EventBridge what happens to clusters and steps, in the form of EMR's own events.</summary>
/// <remarks>https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-events-response-insuff-capacity.html and the event
/// reference beside it.</remarks>
internal sealed class ClusterEvents(EventBus bus, TimeProvider clock)
{
    /// <summary>"EMR Cluster State Change".</summary>
    public Task ClusterChangedAsync(Cluster cluster, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        var reason = new JsonObject { ["code"] = cluster.Reason?.Code ?? string.Empty };
        if (cluster.Reason is var (_, message))
            reason["message"] = message;
        return bus.PublishAsync(new BusEvent("aws.emr", "EMR Cluster State Change", new JsonObject
        {
            ["severity"] = cluster.State == ClusterState.TerminatedWithErrors ? "CRITICAL" : "INFO",
            ["stateChangeReason"] = reason.ToJsonString(),
            ["name"] = cluster.Name,
            ["clusterId"] = cluster.Id,
            ["state"] = cluster.State,
            ["message"] = $"Amazon EMR cluster {cluster.Id} ({cluster.Name}) is {cluster.State} at {now}.",
        }), cancellation);
    }

    /// <summary>"EMR Instance Fleet Provisioning": EC2 has too few instances for the core nodes, and EMR goes on asking.</summary>
    public Task CapacityLacksAsync(Cluster cluster, CancellationToken cancellation) =>
        bus.PublishAsync(new BusEvent("aws.emr", "EMR Instance Fleet Provisioning", new JsonObject
        {
            ["severity"] = "WARN",
            ["eventCode"] = "EC2 provisioning - Insufficient Instance Capacity",
            ["clusterId"] = cluster.Id,
            ["name"] = cluster.Name,
            ["instanceFleetType"] = "CORE",
            ["message"] = $"We are not able to create instance fleet nodes for Amazon EMR cluster {cluster.Id} ({cluster.Name}): EC2 has insufficient capacity.",
        }), cancellation);

    /// <summary>"EMR Step Status Change"; EMR tells PENDING, RUNNING and how it ended.</summary>
    public Task StepChangedAsync(Cluster cluster, ClusterStep step, CancellationToken cancellation) =>
        bus.PublishAsync(new BusEvent("aws.emr", "EMR Step Status Change", new JsonObject
        {
            ["severity"] = step.State == StepState.Failed ? "ERROR" : "INFO",
            ["actionOnFailure"] = step.ActionOnFailure,
            ["stepId"] = step.Id,
            ["name"] = step.Name,
            ["clusterId"] = cluster.Id,
            ["state"] = step.State,
            ["message"] = $"Step {step.Id} ({step.Name}) in Amazon EMR cluster {cluster.Id} ({cluster.Name}) is {step.State}. {step.FailureReason}".TrimEnd(),
        }), cancellation);
}
