using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Pomona.Contracts;

/// <summary>What a person wants different about the cluster; null where the stack decides. See docs/execution-input.md.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed partial record ClusterOverrides
{
    /// <summary>The most task nodes' vCPU that any stack allows; the stack's own limit is its MaxVcpus.</summary>
    public const int MostTaskVcpus = 4096;

    /// <summary>The most vCPU of core nodes.</summary>
    public const int MostCoreVcpus = 64;

    private const int NodeVcpus = 4;
    /// <summary>The least idle limit: more than what lies between a cluster's start and its step, when mails and EMR are slow.</summary>
    public const int LeastIdleMinutes = 10;

    private const int MostIdleMinutes = 1440;

    /// <summary>The longest time that any stack lets a cluster stay after its run; the stack's own limit is its MaxKeepMinutes.</summary>
    public const int MostKeepMinutes = 1440;

    private const int MostSubnets = 16;

    /// <summary>EMR's own limit for a fleet with an allocation strategy.</summary>
    private const int MostInstanceTypes = 30;

    /// <summary>What each member may be, by its name in JSON, for the sentence that refuses something else.</summary>
    internal static readonly IReadOnlyDictionary<string, string> Allowed = new Dictionary<string, string>
    {
        ["releaseLabel"] = "a release from emr-7.2.0 to emr-7.13.0, such as emr-7.7.0",
        ["coreVcpus"] = $"a multiple of {NodeVcpus} from {NodeVcpus} to {MostCoreVcpus}",
        ["taskVcpus"] = $"a multiple of {NodeVcpus} from 0 to {MostTaskVcpus}",
        ["spot"] = "true or false",
        ["instanceTypes"] = $"1 to {MostInstanceTypes} x86 types of the m or r families from generation 5 on, from xlarge to 24xlarge, such as m5.xlarge",
        ["subnets"] = $"1 to {MostSubnets} subnet ids such as subnet-0123456789abcdef0",
        ["keyName"] = "the name of an EC2 key pair",
        ["notebooks"] = "true or false",
        ["idleMinutes"] = $"a whole number from {LeastIdleMinutes} to {MostIdleMinutes}",
        ["keepMinutes"] = $"a whole number from 0 to {MostKeepMinutes}",
    };

    /// <summary>EMR's release, 7.2 to 7.13.</summary>
    public string? ReleaseLabel { get; init; }

    /// <summary>On-Demand core nodes, in vCPU: a multiple of 4 from 4 to 64.</summary>
    public int? CoreVcpus { get; init; }

    /// <summary>Task nodes, in vCPU: a multiple of 4 from 0 on.</summary>
    public int? TaskVcpus { get; init; }

    /// <summary>Whether task nodes are Spot.</summary>
    public bool? Spot { get; init; }

    /// <summary>The task nodes' types, 1 to 30.</summary>
    public IReadOnlyList<InstanceType>? InstanceTypes { get; init; }

    /// <summary>The subnets to choose from, 1 to 16, of the stack's own.</summary>
    public IReadOnlyList<string>? Subnets { get; init; }

    /// <summary>The EC2 key pair: the stack's own, or none.</summary>
    public string? KeyName { get; init; }

    /// <summary>Whether JupyterHub and Livy are installed.</summary>
    public bool? Notebooks { get; init; }

    /// <summary>After how many idle minutes EMR itself ends the cluster, 10 to 1440.</summary>
    public int? IdleMinutes { get; init; }

    /// <summary>For how many minutes the cluster stays after a run that finished, to explore on; 0 to 1440.</summary>
    public int? KeepMinutes { get; init; }

    /// <summary>The first member, by its name in JSON, whose value is of the right type and not allowed; null when all are.</summary>
    internal string? FirstNotAllowed()
    {
        if (ReleaseLabel is not null && !ReleaseLabelShape().IsMatch(ReleaseLabel))
            return "releaseLabel";
        if (CoreVcpus is < NodeVcpus or > MostCoreVcpus || CoreVcpus % NodeVcpus > 0)
            return "coreVcpus";
        if (TaskVcpus is < 0 or > MostTaskVcpus || TaskVcpus % NodeVcpus > 0)
            return "taskVcpus";
        if (InstanceTypes is { Count: 0 or > MostInstanceTypes } || InstanceTypes?.Contains(null!) == true)
            return "instanceTypes";
        if (Subnets is { Count: 0 or > MostSubnets } || Subnets?.All(subnet => subnet is not null && SubnetShape().IsMatch(subnet)) == false)
            return "subnets";
        if (KeyName is not null && !KeyNameShape().IsMatch(KeyName))
            return "keyName";
        if (IdleMinutes is < LeastIdleMinutes or > MostIdleMinutes)
            return "idleMinutes";
        return KeepMinutes is < 0 or > MostKeepMinutes ? "keepMinutes" : null;
    }

    // Earlier ones do not label nodes by their market, and application masters would run on Spot; later ones carry another
    // Spark than 3.5.
    [GeneratedRegex(@"\Aemr-7\.([2-9]|1[0-3])\.[0-9]{1,2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ReleaseLabelShape();

    [GeneratedRegex(@"\Asubnet-[0-9a-f]{8,17}\z", RegexOptions.CultureInvariant)]
    private static partial Regex SubnetShape();

    // EC2 allows up to 255 ASCII characters; these are enough and safe anywhere.
    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9 ._@-]{0,254}\z", RegexOptions.CultureInvariant)]
    private static partial Regex KeyNameShape();
}
