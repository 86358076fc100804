using System.Text.Json.Nodes;

namespace Pomona.Local.Emr;

/// <summary>The operations on instance fleets.</summary>
internal sealed class FleetApi(ClusterStore clusters)
{
    public JsonObject ListInstanceFleets(JsonObject request) =>
        new() { ["InstanceFleets"] = clusters.Get((string)request["ClusterId"]!).Fleets() };

    /// <summary>The primary node; the others exist only as capacity.</summary>
    public JsonObject ListInstances(JsonObject request)
    {
        var cluster = clusters.Get((string)request["ClusterId"]!);
        return new JsonObject
        {
            ["Instances"] = new JsonArray(new JsonObject
            {
                ["Id"] = cluster.Primary,
                ["Ec2InstanceId"] = cluster.Primary,
                ["Market"] = "ON_DEMAND",
                ["Status"] = new JsonObject
                {
                    ["State"] = ClusterState.IsFinal(cluster.State) ? "TERMINATED" : "RUNNING",
                    ["StateChangeReason"] = new JsonObject(),
                    ["Timeline"] = EmrTime.Timeline(("CreationDateTime", cluster.Created), ("EndDateTime", cluster.Ended)),
                },
            }),
        };
    }
}
