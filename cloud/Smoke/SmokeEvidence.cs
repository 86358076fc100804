using System.Globalization;
using System.Text.RegularExpressions;
using Pomona.Cloud.Runs;
using Pomona.Contracts;
using static System.FormattableString;

namespace Pomona.Cloud.Smoke;

/// <summary>What was seen of one run, from which its expectations are judged.</summary>
/// <param name="Run">The run as it ended.</param>
/// <param name="Cluster">Its cluster as it ended; null without one.</param>
/// <param name="Images">How many images were uploaded.</param>
/// <param name="IdleSeconds">EMR's idle limit of the cluster; null where it was not to be read while the cluster lived.</param>
/// <param name="Instances">The cluster's instances, as seen while it lived.</param>
/// <param name="Steps">The states of its steps.</param>
/// <param name="Marker">The run's marker; null where there is none.</param>
/// <param name="LogLines">What the application master's and the step's logs say of executors and labels; empty where there are no such logs.</param>
/// <param name="IsLocal">Whether it was the local cloud.</param>
internal sealed partial record SmokeEvidence(
    StackRun Run,
    RunCluster? Cluster,
    int Images,
    long? IdleSeconds,
    IReadOnlyList<SmokeInstance> Instances,
    IReadOnlyList<string> Steps,
    RunMarker? Marker,
    IReadOnlyList<string> LogLines,
    bool IsLocal = false)
{
    private const string Rented = "a cluster may be rented";
    private const string Came = "roles are passed, and instances come";
    private const string RanSpark = "Amazon's Spark runs the job";
    private static readonly string Cheap = Invariant($"it costs less than {MostCost:0.00} USD");

    /// <summary>What holds in the local cloud and says nothing about an account.</summary>
    private static readonly Dictionary<string, string> LocalLimits = new(StringComparer.Ordinal)
    {
        [Rented] = "the local cloud asks for no permission",
        [Came] = "the local cloud asks for no permission",
        [RanSpark] = "the local cloud runs the job without Spark",
        [Cheap] = "the local cloud's minutes are shorter",
    };

    /// <summary>What run-step.sh asks for each executor (docs/spark.md): its memory with the overhead's.</summary>
    private const int ExecutorCores = 4;

    private const int ExecutorMegabytes = 10240;

    /// <summary>The most that one may cost.</summary>
    public const decimal MostCost = 0.20m;

    /// <summary>Whether a line of a log is worth keeping.</summary>
    public static bool IsTelling(string line) => Asked().IsMatch(line) || Launched().IsMatch(line) || line.Contains("nodeLabelExpression", StringComparison.Ordinal);

    /// <summary>Each expectation of what has never been run on an account before, and whether it holds.</summary>
    /// <param name="now">The time.</param>
    public IEnumerable<SmokeRow> Rows(DateTimeOffset now) => Seen(now)
        .Select(row => IsLocal && row.State == SmokeRow.Good && LocalLimits.TryGetValue(row.Expected, out var why) ? SmokeRow.Unchecked(row.Expected, why) : row);

    private IEnumerable<SmokeRow> Seen(DateTimeOffset now)
    {
        yield return Cluster is null
            ? new(Rented, SmokeRow.Wrong, Run.Error is null ? "the run got none" : $"{Run.Error}: {Run.Cause}")
            : new(Rented, SmokeRow.Good, $"{Cluster.Id}, {Run.Vcpus} vCPUs planned");
        yield return IdleSeconds is { } idle
            ? new("EMR's idle limit is set with it", idle > 0 ? SmokeRow.Good : SmokeRow.Wrong, Invariant($"{idle} s"))
            : SmokeRow.Unchecked("EMR's idle limit is set with it", "it could not be read while the cluster lived");
        yield return Instances.Count > 0
            ? new(Came, SmokeRow.Good, string.Join(", ", Instances.GroupBy(static instance => $"{instance.Type} {instance.Market}").Select(static kind => $"{kind.Count()} {kind.Key}")))
            : Cluster is null ? SmokeRow.Unchecked(Came, "there was no cluster") : new(Came, SmokeRow.Wrong, Cluster.Reason.Length > 0 ? Cluster.Reason : "EMR lists none");
        var spot = Instances.Where(static instance => instance.IsSpot).ToArray();
        yield return spot.Length > 0
            ? new("Spot instances start with encrypted disks", SmokeRow.Good, $"{spot.Length} of them")
            : SmokeRow.Unchecked("Spot instances start with encrypted disks", "no Spot instance came: EC2 had none, or the stack has MaxVcpus for none");
        yield return Marker is { } marker
            ? new(RanSpark, SmokeRow.Good, Invariant($"{marker.Summary.Images:N0} images in {marker.Summary.Seconds:0} s"))
            : new(RanSpark, SmokeRow.Wrong, "it has written no marker");
        yield return Marker is null
            ? SmokeRow.Unchecked("the workflow's token reaches the job and comes back", "there is no marker")
            : new("the workflow's token reaches the job and comes back", Run.Status == StackRun.Succeeded ? SmokeRow.Good : SmokeRow.Wrong, $"the workflow is {Run.Status}");
        yield return Marker is null
            ? SmokeRow.Unchecked("every image gave its features", "there is no marker")
            : new("every image gave its features", Marker.Summary.Images == Images && Marker.Summary.Rejected == 0 ? SmokeRow.Good : SmokeRow.Wrong, Invariant($"{Marker.Summary.Images} of {Images}, {Marker.Summary.Rejected} rejected"));
        // It does nothing before its first heartbeat was taken (job/Workflow/Heartbeat.cs).
        yield return Marker is null
            ? SmokeRow.Unchecked("heartbeats reach Step Functions", "there is no marker")
            : new("heartbeats reach Step Functions", SmokeRow.Good, "the job began, which it does only after its first one; that a missing one ends a run was not tried");
        yield return Sizes();
        yield return Places(spot);
        yield return LogLines.FirstOrDefault(static line => line.Contains("nodeLabelExpression", StringComparison.Ordinal)) is { } label
            ? new("the step asked for the cluster's labels", SmokeRow.Good, Printable.Excerpt(label, 160))
            : SmokeRow.Unchecked("the step asked for the cluster's labels", "no log says which it took");
        yield return Steps.Count > 0
            ? new("exit code 0 reaches EMR", Steps.Contains("COMPLETED") ? SmokeRow.Good : SmokeRow.Wrong, $"the step is {string.Join(", ", Steps)}")
            : SmokeRow.Unchecked("exit code 0 reaches EMR", "EMR lists no step");
        yield return SmokeRow.Unchecked("other exit codes reach EMR", "nothing failed: ./pomona cloud logs shows them where something has");
        yield return Cluster is null
            ? SmokeRow.Unchecked("the cluster is ended", "there was none")
            : new("the cluster is ended", Cluster.IsGone ? SmokeRow.Good : SmokeRow.Wrong, $"{Cluster.State}{(Cluster.Reason.Length > 0 ? $": {Cluster.Reason}" : string.Empty)}");
        yield return Cluster?.Cost(Run, now) is { } cost
            ? new(Cheap, cost < MostCost ? SmokeRow.Good : SmokeRow.Wrong, Invariant($"about {cost:0.00} {Run.Currency}, by the prices of {Run.PriceDate}"))
            : SmokeRow.Unchecked(Cheap, "no price is known of it");
        yield return SmokeRow.Unchecked("the mails came", "look: one that it is ready, one that it has finished");
    }

    private SmokeRow Sizes()
    {
        const string Title = "executors have the size that was asked for";
        var sizes = LogLines.Select(static line => Asked().Match(line)).Where(static match => match.Success)
            .Select(static match => (Cores: Number(match.Groups[1]), Megabytes: Number(match.Groups[2]))).Distinct().ToArray();
        return sizes.Length == 0
            ? SmokeRow.Unchecked(Title, "no log of YARN's is there")
            : new(Title, sizes is [(ExecutorCores, ExecutorMegabytes)] ? SmokeRow.Good : SmokeRow.Wrong, string.Join(", ", sizes.Select(static size => Invariant($"{size.Cores} cores and {size.Megabytes} MB"))));
    }

    private SmokeRow Places(SmokeInstance[] spot)
    {
        const string Title = "executors run on Spot nodes too";
        var hosts = LogLines.Select(static line => Launched().Match(line)).Where(static match => match.Success).Select(static match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        return hosts.Count == 0 || spot.Length == 0
            ? SmokeRow.Unchecked(Title, hosts.Count == 0 ? "no log of YARN's is there" : "no Spot instance came")
            // With 200 images, one shard, one executor is enough: that it runs elsewhere proves nothing.
            : spot.Any(instance => hosts.Contains(instance.Host))
                ? new(Title, SmokeRow.Good, $"on {string.Join(", ", spot.Where(instance => hosts.Contains(instance.Host)).Select(static instance => instance.Type))}")
                : SmokeRow.Unchecked(Title, "the executors that these images need ran on On-Demand nodes");
    }

    private static int Number(Group digits) => int.Parse(digits.Value, CultureInfo.InvariantCulture);

    // As Spark's YarnAllocator writes it, https://github.com/apache/spark/blob/v3.5.3/resource-managers/yarn/src/main/scala/org/apache/spark/deploy/yarn/YarnAllocator.scala
    [GeneratedRegex(@"each with (\d{1,4}) core\(s\) and (\d{1,8}) MB memory", RegexOptions.CultureInvariant)]
    private static partial Regex Asked();

    [GeneratedRegex(@"Launching container \S+ on host (\S+) for executor", RegexOptions.CultureInvariant)]
    private static partial Regex Launched();
}

/// <summary>One of the cluster's instances.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Market"><c>ON_DEMAND</c> or <c>SPOT</c>.</param>
/// <param name="Host">Its name in the VPC.</param>
internal sealed record SmokeInstance(string Type, string Market, string Host)
{
    public bool IsSpot => Market == "SPOT";
}

/// <summary>One expectation.</summary>
/// <param name="Expected">What is expected.</param>
/// <param name="State"><see cref="Good"/>, <see cref="Wrong"/> or <see cref="NotChecked"/>.</param>
/// <param name="Seen">What was seen.</param>
internal sealed record SmokeRow(string Expected, string State, string Seen)
{
    public const string Good = "as expected";
    public const string Wrong = "NOT as expected";
    public const string NotChecked = "not checked here";

    public static SmokeRow Unchecked(string expected, string why) => new(expected, NotChecked, why);
}
