using System.Text.Json.Nodes;
using Pomona.Local.Aws;

namespace Pomona.Local.Emr;

/// <summary>A fleet of a cluster: what was asked for, and the instances that it got.</summary>
internal sealed class InstanceFleet
{
    private readonly JsonObject _described;

    private InstanceFleet(JsonObject config, string id)
    {
        var fleet = config.DeepClone().AsObject();
        // The same list has another name, and other members, on the way out.
        fleet["InstanceTypeSpecifications"] = new JsonArray([.. (fleet["InstanceTypeConfigs"] as JsonArray ?? []).Select(type =>
        {
            var specification = type!.DeepClone().AsObject();
            specification.Remove("EbsConfiguration");
            specification.Remove("CustomAmiId");
            return specification;
        })]);
        fleet.Remove("InstanceTypeConfigs");
        fleet["Id"] = id;
        fleet["TargetOnDemandCapacity"] ??= 0;
        fleet["TargetSpotCapacity"] ??= 0;
        _described = fleet;
        Id = id;
    }

    /// <summary>Its id, <c>if-…</c>.</summary>
    public string Id { get; }

    /// <summary><c>MASTER</c>, <c>CORE</c> or <c>TASK</c>.</summary>
    public string Type => (string)_described["InstanceFleetType"]!;

    public bool IsPrimary => Type == "MASTER";

    /// <summary>Its instances, On-Demand first.</summary>
    public IReadOnlyList<Instance> Instances { get; private set; } = [];

    /// <summary>All fleets that a cluster was asked for, filled.</summary>
    /// <param name="configs">The request's <c>InstanceFleets</c>.</param>
    /// <param name="ids">Makes their ids, and those of their instances.</param>
    public static IReadOnlyList<InstanceFleet> AllOf(JsonArray configs, IdSource ids)
    {
        var fleets = new List<InstanceFleet>();
        var next = 2; // 1 is the primary node
        foreach (var config in configs)
        {
            var fleet = new InstanceFleet(config!.AsObject(), ids.Code("if-", 13));
            var types = (config["InstanceTypeConfigs"] as JsonArray ?? []).Select(type => InstanceTypeChoice.Of(type!)).ToArray();
            var filled =
                from market in new[] { (Name: Instance.OnDemand, Target: "TargetOnDemandCapacity"), (Name: Instance.Spot, Target: "TargetSpotCapacity") }
                from type in Filled((int)fleet._described[market.Target]!, types)
                select (type, market.Name);
            fleet.Instances = [.. filled.Select(one => new Instance(
                ids.Code("ci-", 13), ids.Code("i-", 17).ToLowerInvariant(), fleet.IsPrimary ? 1 : next++, fleet, one.type, one.Name))];
            fleets.Add(fleet);
        }

        return fleets;
    }

    /// <summary>
    /// What a target is filled with: the first type that fits what is left, and where none does the smallest, as EMR goes beyond a
    /// target rather than staying below it. EMR would choose by price and capacity, which nobody has here.
    /// </summary>
    internal static IEnumerable<InstanceTypeChoice> Filled(int target, IReadOnlyList<InstanceTypeChoice> types)
    {
        if (types.Count == 0)
            yield break;
        var smallest = types.MinBy(type => type.Weight)!;
        for (var left = target; left > 0;)
        {
            var chosen = types.FirstOrDefault(type => type.Weight <= left) ?? smallest;
            yield return chosen;
            left -= chosen.Weight;
        }
    }

    /// <summary>The fleet as ListInstanceFleets gives it.</summary>
    public JsonObject Describe(string cluster, DateTimeOffset created, DateTimeOffset? ready, DateTimeOffset? ended)
    {
        var fleet = _described.DeepClone().AsObject();
        fleet["Status"] = new JsonObject
        {
            ["State"] = cluster switch
            {
                ClusterState.Starting => "PROVISIONING",
                ClusterState.Bootstrapping => "BOOTSTRAPPING",
                ClusterState.Running or ClusterState.Waiting => "RUNNING",
                ClusterState.Terminating => "TERMINATING",
                _ => "TERMINATED",
            },
            ["StateChangeReason"] = new JsonObject(),
            ["Timeline"] = EmrTime.Timeline(("CreationDateTime", created), ("ReadyDateTime", ready), ("EndDateTime", ended)),
        };
        fleet["ProvisionedOnDemandCapacity"] = Provisioned(Instance.OnDemand, cluster);
        fleet["ProvisionedSpotCapacity"] = Provisioned(Instance.Spot, cluster);
        return fleet;
    }

    private int Provisioned(string market, string cluster) => Instances
        .Where(instance => instance.Market == market && instance.StateIn(cluster) is Instance.Bootstrapping or Instance.Running)
        .Sum(static instance => instance.Weight);
}
