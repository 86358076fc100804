using System.Globalization;
using System.Text.Json.Nodes;
using Pomona.Local.Front;

namespace Pomona.Local.Emr;

/// <summary>The operations on instance fleets and their instances.</summary>
internal sealed class FleetApi(ClusterStore clusters)
{
    // What ListInstances gives at most at once.
    private const int PageSize = 200;

    public JsonObject ListInstanceFleets(JsonObject request) =>
        new() { ["InstanceFleets"] = Cluster(request).Fleets() };

    public JsonObject ListInstances(JsonObject request)
    {
        var cluster = Cluster(request);
        if (cluster.HasFleets && (request["InstanceGroupId"] is not null || request["InstanceGroupTypes"] is JsonArray { Count: > 0 }))
        {
            throw Invalid(
                "Instance fleets and instance groups are mutually exclusive. The EMR cluster specified in the request uses instance fleets.");
        }

        var fleet = (string?)request["InstanceFleetId"];
        if (fleet is not null && !cluster.Instances.Any(instance => instance.Fleet?.Id == fleet))
            throw Invalid($"Instance fleet id '{Contracts.Printable.Excerpt(fleet)}' is not valid.");
        var type = (string?)request["InstanceFleetType"];
        var states = (request["InstanceStates"] as JsonArray)?.Select(state => (string)state!).ToHashSet(StringComparer.Ordinal);
        var found = cluster.DescribeInstances(instance => (fleet is null || instance.Fleet?.Id == fleet) && (type is null || instance.Fleet?.Type == type))
            .Where(instance => states is null or { Count: 0 } || states.Contains((string)instance["Status"]!["State"]!))
            .ToArray();
        if (!int.TryParse((string?)request["Marker"] ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var start))
            throw Invalid("The marker is not one that ListInstances gave.");
        var answer = new JsonObject { ["Instances"] = new JsonArray([.. found.Skip(start).Take(PageSize)]) };
        if (start + PageSize < found.Length)
            answer["Marker"] = (start + PageSize).ToString(CultureInfo.InvariantCulture);
        return answer;
    }

    private Cluster Cluster(JsonObject request) => clusters.Get((string)request["ClusterId"]!);

    private static AwsFailure Invalid(string message) => new(400, "InvalidRequestException", message);
}
