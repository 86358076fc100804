using System.Globalization;
using Pomona.Contracts;
using Pomona.Local.Emr;
using Pomona.Local.Lambda;

namespace Pomona.Local.Page;

/// <summary>Describes clusters with what they would cost, at the prices that the template gives to PlanRun.</summary>
internal sealed class ClusterViews(ClusterStore clusters, FunctionRegistry functions, TimeProvider clock)
{
    private const int MostInstances = 40;

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
            cluster.Tags.GetValueOrDefault(ClusterTags.Run), onDemand + spot, perHour, perHour * hours, Setting("POMONA_PRICE_CURRENCY"),
            [.. cluster.Steps.Select(step => new StepView(step.Id, step.Name, step.State, step.Started, step.Ended))],
            cluster.Ended is null ? KeepTime.Of(cluster.Tags.GetValueOrDefault(ClusterTags.KeepUntil), cluster.Id) : null, Instances(cluster), cluster.RunsOn);
    }

    private static (int OnDemand, int Spot) Vcpus(Cluster cluster) =>
        (VcpusOf(cluster, Instance.OnDemand), VcpusOf(cluster, Instance.Spot));

    private static int VcpusOf(Cluster cluster, string market) =>
        cluster.Instances.Where(instance => instance.Market == market).Sum(static instance => instance.Vcpus);

    // The first ones of a large cluster are enough to look at.
    private static InstanceView[] Instances(Cluster cluster) =>
        [.. cluster.DescribeInstances(static instance => instance.Fleet is not null).Zip(cluster.Instances, (described, instance) => new InstanceView(
            instance.Ec2Id, instance.Fleet!.Type, instance.Type, instance.Market, (string)described["Status"]!["State"]!,
            (string?)described["Status"]!["StateChangeReason"]!["Message"])).Take(MostInstances)];

    private double? Price(string name) =>
        double.TryParse(Setting(name), CultureInfo.InvariantCulture, out var price) ? price : null;

    private string? Setting(string name) => functions.All
        .Select(pool => pool.Definition.Environment.GetValueOrDefault(name)).FirstOrDefault(value => value is not null);
}
