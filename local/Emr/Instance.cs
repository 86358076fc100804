using System.Globalization;
using System.Text.Json.Nodes;
using Pomona.Contracts;
using Pomona.Local.Account;

namespace Pomona.Local.Emr;

/// <summary>An EC2 instance of a cluster. Its cluster's lock guards what changes.</summary>
/// <param name="id">EMR's own id, <c>ci-…</c>.</param>
/// <param name="ec2Id">EC2's, <c>i-…</c>.</param>
/// <param name="number">Which one of its cluster, from 1, the primary node: its address.</param>
/// <param name="fleet">The fleet that it is of; null in a cluster without fleets.</param>
/// <param name="type">Its type; null where nobody asked for one by name.</param>
/// <param name="market"><see cref="OnDemand"/> or <see cref="Spot"/>.</param>
internal sealed class Instance(string id, string ec2Id, int number, InstanceFleet? fleet, InstanceTypeChoice? type, string market)
{
    public const string OnDemand = "ON_DEMAND";
    public const string Spot = "SPOT";

    public const string Provisioning = "PROVISIONING";
    public const string Bootstrapping = "BOOTSTRAPPING";
    public const string Running = "RUNNING";
    public const string Terminated = "TERMINATED";

    public string Ec2Id => ec2Id;

    public InstanceFleet? Fleet => fleet;

    public string Market => market;

    /// <summary>Its type's name; empty where nobody asked for one.</summary>
    public string Type => type?.Name ?? string.Empty;

    /// <summary>The units of its fleet's target that it gives.</summary>
    public int Weight => type?.Weight ?? 1;

    /// <summary>What its type was to be configured with.</summary>
    public JsonArray? Configurations => type?.Configurations;

    /// <summary>Whether it has ended before its cluster: when, and why.</summary>
    public (DateTimeOffset At, string Reason)? Lost { get; private set; }

    /// <summary>Whether EC2 has said that it takes it back.</summary>
    public bool HasNotice { get; set; }

    /// <summary>Its virtual processors, by the name of its type; 2 where that does not tell.</summary>
    public int Vcpus => InstanceType.VcpusOf(Type) ?? 2;

    public void Lose(DateTimeOffset now, string reason) => Lost ??= (now, reason);

    /// <summary>Where it is in its life, while its cluster is in that state of its own.</summary>
    public string StateIn(string cluster) => Lost is not null ? Terminated : cluster switch
    {
        ClusterState.Starting => Provisioning,
        ClusterState.Bootstrapping => Bootstrapping,
        ClusterState.Terminated or ClusterState.TerminatedWithErrors => Terminated,
        _ => Running,
    };

    /// <summary>The instance as ListInstances gives it.</summary>
    public JsonObject Describe(string cluster, DateTimeOffset created, DateTimeOffset? ready, DateTimeOffset? ended)
    {
        var reason = new JsonObject();
        if (StateIn(cluster) == Terminated)
        {
            reason["Code"] = Lost is null ? "CLUSTER_TERMINATED" : "INSTANCE_FAILURE";
            reason["Message"] = Lost?.Reason ?? "Cluster was terminated";
        }

        var address = string.Create(CultureInfo.InvariantCulture, $"10.0.{number / 256}.{number % 256}");
        var described = new JsonObject
        {
            ["Id"] = id,
            ["Ec2InstanceId"] = ec2Id,
            ["PublicDnsName"] = string.Empty,
            ["PrivateDnsName"] = HostName,
            ["PrivateIpAddress"] = address,
            ["Status"] = new JsonObject
            {
                ["State"] = StateIn(cluster),
                ["StateChangeReason"] = reason,
                ["Timeline"] = EmrTime.Timeline(
                    ("CreationDateTime", created), ("ReadyDateTime", ready < (Lost?.At ?? DateTimeOffset.MaxValue) ? ready : null), ("EndDateTime", Lost?.At ?? ended)),
            },
            ["Market"] = market,
            ["EbsVolumes"] = new JsonArray(),
        };
        if (fleet is not null)
            described["InstanceFleetId"] = fleet.Id;
        if (Type.Length > 0)
            described["InstanceType"] = Type;
        return described;
    }

    /// <summary>Its name within the VPC.</summary>
    public string HostName => string.Create(
        CultureInfo.InvariantCulture, $"ip-10-0-{number / 256}-{number % 256}.{LocalSettings.Region}.compute.internal");
}

/// <summary>One of the types that a fleet may be made of.</summary>
/// <param name="Name">As in EC2: <c>m5.xlarge</c>.</param>
/// <param name="Weight">The units of the fleet's target that an instance of it gives; at least 1.</param>
/// <param name="Configurations">What nodes of it are configured with; null for as all.</param>
internal sealed record InstanceTypeChoice(string Name, int Weight, JsonArray? Configurations)
{
    public static InstanceTypeChoice Of(JsonNode config) => new(
        (string)config["InstanceType"]!, (int?)config["WeightedCapacity"] ?? 1, config["Configurations"] as JsonArray);
}
