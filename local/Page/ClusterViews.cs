using System.Globalization;
using Pomona.Local.Emr;
using Pomona.Local.Lambda;

namespace Pomona.Local.Page;

/// <summary>Describes clusters with what they would cost, at the prices that the template gives to PlanRun.</summary>
internal sealed class ClusterViews(ClusterStore clusters, FunctionRegistry functions, TimeProvider clock)
{
    /// <summary>All clusters, newest first.</summary>
    public IReadOnlyList<ClusterView> All() => [.. clusters.All.Select(View)];

    private ClusterView View(Cluster cluster)
    {
        var (onDemand, spot) = Vcpus(cluster);
        var perHour = Price("POMONA_PRICE_ONDEMAND_VCPU_HOUR") is { } onDemandPrice
            && Price("POMONA_PRICE_SPOT_VCPU_HOUR") is { } spotPrice
            && Price("POMONA_PRICE_EMR_VCPU_HOUR") is { } emrPrice
                ? onDemand * onDemandPrice + spot * spotPrice + (onDemand + spot) * emrPrice
                : (double?)null;
        var hours = ((cluster.Ended ?? clock.GetUtcNow()) - cluster.Created).TotalHours;
        return new ClusterView(
            cluster.Id, cluster.Name, cluster.State, cluster.Reason?.Message, cluster.Created, cluster.Ready, cluster.Ended,
            cluster.Tags.GetValueOrDefault("pomona:run"), onDemand + spot, perHour, perHour * hours, Setting("POMONA_PRICE_CURRENCY"),
            [.. cluster.Steps.Select(step => new StepView(step.Id, step.Name, step.State, step.Started, step.Ended))],
            KeptUntil(cluster));
    }

    // "2026-11-21T15:04:55Z j-…", docs/workflow-contract.md.
    private static DateTimeOffset? KeptUntil(Cluster cluster) =>
        cluster.Ended is null && cluster.Tags.GetValueOrDefault("pomona:keep-until")?.Split(' ') is [var time, var id] && id == cluster.Id
        && DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, out var until) ? until : null;

    // Fleets are sized in units of which one instance gives WeightedCapacity; a unit is a vCPU in this template, except
    // for the primary node, which is one instance.
    private static (int OnDemand, int Spot) Vcpus(Cluster cluster)
    {
        var (onDemand, spot) = (0, 0);
        foreach (var fleet in cluster.Fleets())
        {
            var unit = (string)fleet!["InstanceFleetType"]! == "MASTER"
                ? SizeOf((string?)fleet["InstanceTypeSpecifications"]?[0]?["InstanceType"] ?? "")
                : 1;
            onDemand += unit * (int)fleet["TargetOnDemandCapacity"]!;
            spot += unit * (int)fleet["TargetSpotCapacity"]!;
        }

        return (onDemand, spot);
    }

    // https://docs.aws.amazon.com/ec2/latest/instancetypes/: large has 2 vCPUs, xlarge 4, nxlarge 4n.
    private static int SizeOf(string instanceType)
    {
        var size = instanceType[(instanceType.IndexOf('.', StringComparison.Ordinal) + 1)..];
        if (size == "xlarge")
            return 4;
        return size.EndsWith("xlarge", StringComparison.Ordinal)
            && int.TryParse(size[..^"xlarge".Length], CultureInfo.InvariantCulture, out var times) ? 4 * times : 2;
    }

    private double? Price(string name) =>
        double.TryParse(Setting(name), CultureInfo.InvariantCulture, out var price) ? price : null;

    private string? Setting(string name) => functions.All
        .Select(pool => pool.Definition.Environment.GetValueOrDefault(name)).FirstOrDefault(value => value is not null);
}
