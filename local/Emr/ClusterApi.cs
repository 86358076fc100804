using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Pomona.Local.Front;

namespace Pomona.Local.Emr;

/// <summary>The operations on clusters.</summary>
/// <remarks>https://docs.aws.amazon.com/emr/latest/APIReference/API_Operations.html</remarks>
internal sealed class ClusterApi(ClusterStore clusters, OfferedTypes types, ClusterFaults faults, TimeProvider clock)
{
    // What ListClusters gives at most at once.
    private const int PageSize = 50;

    // What EMR would never get, and nobody here should have to hold.
    private const int MostInstances = 10_000;

    private readonly ConcurrentDictionary<string, JsonObject> _securityConfigurations = new(StringComparer.Ordinal);

    public JsonObject RunJobFlow(JsonObject request)
    {
        var instances = request["Instances"]!.AsObject();
        if (instances["InstanceFleets"] is JsonArray fleets)
        {
            RefuseUnlessFleetsFit(fleets, instances);
            types.RefuseAbsent(fleets);
        }
        else if (instances["InstanceGroups"] is null && instances["MasterInstanceType"] is null)
            throw Invalid("Either InstanceFleets, InstanceGroups or MasterInstanceType must be specified.");
        if (request["ReleaseLabel"] is null && request["AmiVersion"] is null)
            throw Invalid("Must specify exactly one of the following: release label, AMI version.");
        foreach (var role in (string[])["ServiceRole", "JobFlowRole"])
        {
            if (request[role] is null)
                throw Invalid($"{role} is required.");
        }

        if ((long?)request["AutoTerminationPolicy"]?["IdleTimeout"] is { } idle)
            RefuseUnlessIdleTimeout(idle);
        if (request["SecurityConfiguration"] is { } security && !_securityConfigurations.ContainsKey((string)security!))
            throw Invalid($"Security configuration '{security}' does not exist.");
        if (request["BootstrapActions"] is JsonArray { Count: > 16 })
            throw Invalid("Maximum number of bootstrap actions is 16.");

        var cluster = clusters.Rent(request);
        return new JsonObject
        {
            ["JobFlowId"] = cluster.Id,
            ["ClusterArn"] = (string)cluster.Summary()["ClusterArn"]!,
        };
    }

    public JsonObject DescribeCluster(JsonObject request) => new() { ["Cluster"] = Cluster(request).Describe() };

    public JsonObject ListBootstrapActions(JsonObject request) => new() { ["BootstrapActions"] = Cluster(request).BootstrapCommands() };

    public JsonObject ListClusters(JsonObject request)
    {
        var states = (request["ClusterStates"] as JsonArray)?.Select(state => (string)state!).ToHashSet(StringComparer.Ordinal);
        var after = Time(request["CreatedAfter"]);
        var before = Time(request["CreatedBefore"]);
        var found = clusters.All
            .Where(cluster => states is null or { Count: 0 } || states.Contains(cluster.State))
            .Where(cluster => (after is null || cluster.Created >= after) && (before is null || cluster.Created <= before))
            .ToArray();
        var start = int.Parse((string?)request["Marker"] ?? "0", CultureInfo.InvariantCulture);
        var answer = new JsonObject
        {
            ["Clusters"] = new JsonArray([.. found.Skip(start).Take(PageSize).Select(cluster => cluster.Summary())]),
        };
        if (start + PageSize < found.Length)
            answer["Marker"] = (start + PageSize).ToString(CultureInfo.InvariantCulture);
        return answer;
    }

    public JsonObject TerminateJobFlows(JsonObject request)
    {
        var asked = Clusters(request);
        if (asked.Any(cluster => cluster.Protected && !ClusterState.IsFinal(cluster.State)))
            throw Invalid("Could not shut down one or more job flows since they are termination protected.");
        foreach (var cluster in asked.Where(_ => !faults.Strikes(ClusterFault.EndIgnored)))
            cluster.RequestEnd(ClusterEnd.ByUser);
        return [];
    }

    public JsonObject SetTerminationProtection(JsonObject request)
    {
        foreach (var cluster in Clusters(request))
            cluster.Protect((bool)request["TerminationProtected"]!);
        return [];
    }

    public JsonObject SetKeepJobFlowAliveWhenNoSteps(JsonObject request)
    {
        foreach (var cluster in Clusters(request))
            cluster.SetKeepAlive((bool)request["KeepJobFlowAliveWhenNoSteps"]!);
        return [];
    }

    public JsonObject GetAutoTerminationPolicy(JsonObject request) => Cluster(request).IdleLimit is { } limit
        ? new JsonObject { ["AutoTerminationPolicy"] = new JsonObject { ["IdleTimeout"] = (long)limit.TotalSeconds } }
        : [];

    public JsonObject PutAutoTerminationPolicy(JsonObject request)
    {
        var idle = (long?)request["AutoTerminationPolicy"]?["IdleTimeout"] ?? 3600;
        RefuseUnlessIdleTimeout(idle);
        Cluster(request).SetIdleLimit(idle);
        return [];
    }

    public JsonObject RemoveAutoTerminationPolicy(JsonObject request)
    {
        Cluster(request).SetIdleLimit(null);
        return [];
    }

    public JsonObject AddTags(JsonObject request)
    {
        clusters.Get((string)request["ResourceId"]!).Tag(
            request["Tags"]!.AsArray().Select(tag => ((string)tag!["Key"]!, (string?)tag["Value"])), []);
        return [];
    }

    public JsonObject RemoveTags(JsonObject request)
    {
        clusters.Get((string)request["ResourceId"]!).Tag([], request["TagKeys"]!.AsArray().Select(key => (string)key!));
        return [];
    }

    public JsonObject CreateSecurityConfiguration(JsonObject request)
    {
        var name = (string)request["Name"]!;
        var configuration = new JsonObject
        {
            ["Name"] = name,
            ["SecurityConfiguration"] = (string)request["SecurityConfiguration"]!,
            ["CreationDateTime"] = EmrTime.Seconds(clock.GetUtcNow()),
        };
        if (!_securityConfigurations.TryAdd(name, configuration))
            throw Invalid($"SecurityConfiguration with name '{name}' already exists.");
        return new JsonObject { ["Name"] = name, ["CreationDateTime"] = configuration["CreationDateTime"]!.DeepClone() };
    }

    public JsonObject DescribeSecurityConfiguration(JsonObject request) =>
        _securityConfigurations.TryGetValue((string)request["Name"]!, out var configuration)
            ? configuration.DeepClone().AsObject()
            : throw Invalid($"Security configuration with name '{request["Name"]}' does not exist.");

    private static void RefuseUnlessFleetsFit(JsonArray fleets, JsonObject instances)
    {
        if (instances["InstanceGroups"] is not null)
            throw Invalid("Instance fleets and instance groups are mutually exclusive.");
        var types = fleets.Select(fleet => (string)fleet!["InstanceFleetType"]!).ToArray();
        if (types.Count(type => type == "MASTER") != 1)
            throw Invalid("Exactly one instance fleet of type MASTER is required.");
        if (types.Distinct(StringComparer.Ordinal).Count() != types.Length)
            throw Invalid("There can be only one instance fleet of each type.");
        foreach (var fleet in fleets)
        {
            var capacity = (long)((int?)fleet!["TargetOnDemandCapacity"] ?? 0) + ((int?)fleet["TargetSpotCapacity"] ?? 0);
            if (capacity == 0)
                throw Invalid($"The instance fleet {fleet["InstanceFleetType"]} has no target capacity.");
            if ((string)fleet["InstanceFleetType"]! == "MASTER" && capacity != 1)
                throw Invalid("The target capacity of the MASTER instance fleet must be 1.");
            // With an allocation strategy; without one it is 5.
            if (fleet["InstanceTypeConfigs"] is not JsonArray { Count: >= 1 and <= 30 })
                throw Invalid($"The instance fleet {fleet["InstanceFleetType"]} must have 1 to 30 instance types.");
            var smallest = fleet["InstanceTypeConfigs"]!.AsArray().Min(type => InstanceTypeChoice.Of(type!).Weight);
            if (smallest < 1)
                throw Invalid($"The weighted capacities of the instance fleet {fleet["InstanceFleetType"]} must be 1 or greater.");
            if (capacity / smallest > MostInstances)
                throw Invalid($"The instance fleet {fleet["InstanceFleetType"]} may be of more than {MostInstances} instances.");
        }
    }

    private static void RefuseUnlessIdleTimeout(long seconds)
    {
        if (seconds is < 60 or > 604800)
            throw Invalid($"IdleTimeout is {seconds}: it must be between 60 and 604800 seconds.");
    }

    private static DateTimeOffset? Time(JsonNode? node) => node is null
        ? null
        : node.GetValueKind() == System.Text.Json.JsonValueKind.Number
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)((double)node * 1000))
            : DateTimeOffset.Parse((string)node!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private Cluster Cluster(JsonObject request) => clusters.Get((string)request["ClusterId"]!);

    private Cluster[] Clusters(JsonObject request) =>
        [.. request["JobFlowIds"]!.AsArray().Select(id => clusters.Get((string)id!))];

    private static AwsFailure Invalid(string message) => new(400, "ValidationException", message);
}
