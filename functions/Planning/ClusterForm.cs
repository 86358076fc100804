using System.Text.Json.Nodes;
using Pomona.Contracts;

namespace Pomona.Functions.Planning;

/// <summary>
/// The cluster in EMR's own words: On-Demand primary and core, Spot task nodes of many types. A Spot fleet that cannot be
/// filled in time becomes On-Demand, so that a run is late or dear but never stuck.
/// </summary>
internal static class ClusterForm
{
    private const int SpotTimeoutMinutes = 15;
    private const int DiskGigabytes = 64;

    /// <summary>
    /// What the task fleet may be made of: many types over many sizes, so that Spot has a choice and every region has enough of
    /// them.
    /// </summary>
    public static IReadOnlyList<InstanceType> TaskTypes { get; } =
    [
        .. new[]
        {
            "m5.xlarge", "m5a.xlarge", "m5n.xlarge", "m6i.xlarge", "m6a.xlarge", "m7i.xlarge", "m7a.xlarge",
            "r5.xlarge", "r5a.xlarge", "r5n.xlarge", "r5b.xlarge", "r6i.xlarge", "r7i.xlarge",
            "m5.2xlarge", "m5a.2xlarge", "m5n.2xlarge", "m6i.2xlarge", "m6a.2xlarge", "m7i.2xlarge", "m7a.2xlarge",
        }.Select(InstanceType.Parse),
    ];

    /// <summary>What the primary and core nodes may be made of.</summary>
    public static IReadOnlyList<InstanceType> OnDemandTypes { get; } =
    [
        .. new[]
        {
            "m5.xlarge", "m5a.xlarge", "m5n.xlarge", "m6i.xlarge", "m6a.xlarge", "m7i.xlarge", "m7a.xlarge",
            "r5.xlarge", "r6i.xlarge", "r7i.xlarge",
        }.Select(InstanceType.Parse),
    ];

    public static JsonArray Applications(bool notebooks) =>
    [
        .. ((IEnumerable<string>)["Hadoop", "Spark", .. notebooks ? ["JupyterHub", "Livy"] : Array.Empty<string>()])
            .Select(name => new JsonObject { ["Name"] = name }),
    ];

    public static JsonObject Instances(
        ClusterSize size, ClusterTypes types, IReadOnlyList<string> subnets, string? keyName)
    {
        var fleets = new JsonArray
        {
            OnDemand("primary", "MASTER", 1, types.OnDemand, works: false),
            OnDemand("core", "CORE", size.Core, types.OnDemand, works: true),
        };
        if (size.Task > 0)
            fleets.Add(size.Spot ? Spot("task", size.Task, types.Task) : OnDemand("task", "TASK", size.Task, types.Task, works: true));

        var instances = new JsonObject
        {
            ["InstanceFleets"] = fleets,
            ["Ec2SubnetIds"] = new JsonArray([.. subnets.Select(subnet => JsonValue.Create(subnet))]),
            ["KeepJobFlowAliveWhenNoSteps"] = true,
            // The functions end clusters; a protected one would only be in their way.
            ["TerminationProtected"] = false,
        };
        if (keyName is not null)
            instances["Ec2KeyName"] = keyName;
        return instances;
    }

    private static JsonObject OnDemand(
        string name, string fleet, int capacity, IEnumerable<InstanceType> types, bool works) => new()
        {
            ["Name"] = name,
            ["InstanceFleetType"] = fleet,
            ["TargetOnDemandCapacity"] = capacity,
            ["InstanceTypeConfigs"] = Types(types, works),
            ["LaunchSpecifications"] = new JsonObject
            {
                ["OnDemandSpecification"] = new JsonObject { ["AllocationStrategy"] = "lowest-price" },
            },
        };

    private static JsonObject Spot(string name, int capacity, IEnumerable<InstanceType> types) => new()
    {
        ["Name"] = name,
        ["InstanceFleetType"] = "TASK",
        ["TargetSpotCapacity"] = capacity,
        ["InstanceTypeConfigs"] = Types(types, works: true),
        ["LaunchSpecifications"] = new JsonObject
        {
            ["SpotSpecification"] = new JsonObject
            {
                ["TimeoutDurationMinutes"] = SpotTimeoutMinutes,
                ["TimeoutAction"] = "SWITCH_TO_ON_DEMAND",
                ["AllocationStrategy"] = "price-capacity-optimized",
            },
        },
    };

    /// <summary>Weights are vCPU; a primary fleet has exactly one node, whose weight must be 1, and YARN runs nothing on it.</summary>
    private static JsonArray Types(IEnumerable<InstanceType> types, bool works) =>
    [
        .. types.Select(type =>
        {
            var config = new JsonObject
            {
                ["InstanceType"] = type.Name,
                ["WeightedCapacity"] = works ? type.Vcpus : 1,
                ["EbsConfiguration"] = new JsonObject
                {
                    ["EbsBlockDeviceConfigs"] = new JsonArray(new JsonObject
                    {
                        ["VolumeSpecification"] = new JsonObject { ["VolumeType"] = "gp3", ["SizeInGB"] = DiskGigabytes },
                        ["VolumesPerInstance"] = 1,
                    }),
                },
            };
            if (works)
                config["Configurations"] = NodeMemory.ConfigurationsOf(type);
            return config;
        }),
    ];
}
