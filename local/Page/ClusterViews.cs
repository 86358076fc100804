using Pomona.Contracts;
using Pomona.Local.Emr;

namespace Pomona.Local.Page;

/// <summary>Describes clusters, with what they would cost by the plans of their runs.</summary>
internal sealed class ClusterViews(ClusterStore clusters, TimeProvider clock)
{
    private const int MostInstances = 40;

    /// <summary>All clusters, newest first; to be asked for before the runs, so that the plan of each one's run is there.</summary>
    public IReadOnlyList<Cluster> Rented => clusters.All;

    /// <summary>Describes them.</summary>
    /// <param name="rented">The clusters.</param>
    /// <param name="runs">The runs, of which each may have rented some.</param>
    public IReadOnlyList<ClusterView> Of(IReadOnlyList<Cluster> rented, IReadOnlyList<RunView> runs)
    {
        var work = runs.ToDictionary(static run => run.Arn, static run => run.Work, StringComparer.Ordinal);
        return [.. rented.Select(cluster => View(cluster, work.GetValueOrDefault(cluster.Tags.GetValueOrDefault(ClusterTags.Execution) ?? string.Empty)))];
    }

    private ClusterView View(Cluster cluster, RunWork? work)
    {
        var hours = ((cluster.Ended ?? clock.GetUtcNow()) - cluster.Created).TotalHours;
        return new ClusterView(
            cluster.Id, cluster.Name, cluster.State, cluster.Reason?.Message, cluster.Created, cluster.Ready, cluster.Ended,
            cluster.Tags.GetValueOrDefault(ClusterTags.Run), cluster.Instances.Sum(static instance => instance.Vcpus), work?.PerHour, work?.PerHour * hours, work?.Currency,
            [.. cluster.Steps.Select(step => new StepView(step.Id, step.Name, step.State, step.Started, step.Ended))],
            cluster.Ended is null ? KeepTime.Of(cluster.Tags.GetValueOrDefault(ClusterTags.KeepUntil), cluster.Id) : null, Instances(cluster), cluster.RunsOn);
    }

    // The first ones of a large cluster are enough to look at.
    private static InstanceView[] Instances(Cluster cluster) =>
        [.. cluster.DescribeInstances(static instance => instance.Fleet is not null).Zip(cluster.Instances, (described, instance) => new InstanceView(
            instance.Ec2Id, instance.Fleet!.Type, instance.Type, instance.Market, (string)described["Status"]!["State"]!,
            (string?)described["Status"]!["StateChangeReason"]!["Message"])).Take(MostInstances)];
}
