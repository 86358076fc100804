using System.Text.Json;
using System.Text.RegularExpressions;
using Pomona.Contracts;
using Pomona.Functions.Runs;

namespace Pomona.Functions.Planning;

/// <summary>What a person wants different about the cluster; null where the stack decides. See docs/execution-input.md.</summary>
internal sealed partial record ClusterOverrides
{
    /// <summary>The most task nodes' vCPU that any stack allows; the stack's own limit is <see cref="VcpuLimit"/>.</summary>
    internal const int MostTaskVcpus = 4096;

    /// <summary>EMR's release, 7.2 to 7.13.</summary>
    public string? ReleaseLabel { get; private init; }

    /// <summary>On-Demand core nodes, in vCPU.</summary>
    public int? CoreVcpus { get; private init; }

    /// <summary>Task nodes, in vCPU.</summary>
    public int? TaskVcpus { get; private init; }

    /// <summary>Whether task nodes are Spot.</summary>
    public bool? Spot { get; private init; }

    /// <summary>The task nodes' types.</summary>
    public IReadOnlyList<InstanceType>? InstanceTypes { get; private init; }

    /// <summary>The subnets to choose from.</summary>
    public IReadOnlyList<string>? Subnets { get; private init; }

    /// <summary>The EC2 key pair.</summary>
    public string? KeyName { get; private init; }

    /// <summary>Whether JupyterHub and Livy are installed.</summary>
    public bool? Notebooks { get; private init; }

    /// <summary>After how many idle minutes EMR itself ends the cluster.</summary>
    public int? IdleMinutes { get; private init; }

    /// <summary>Reads the overrides.</summary>
    /// <exception cref="InvalidExecutionInputException">Something in them is not allowed.</exception>
    public static ClusterOverrides Read(JsonElement? json)
    {
        var read = new ClusterOverrides();
        if (json is not { } given || given.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
            return read;

        if (given.ValueKind != JsonValueKind.Object)
            throw new InvalidExecutionInputException($"\"cluster\" is {Shown(given)}: use an object such as {{\"taskVcpus\": 32}}.");

        foreach (var member in given.EnumerateObject())
        {
            var value = member.Value;
            read = member.Name switch
            {
                "releaseLabel" => read with { ReleaseLabel = Text(member, ReleaseLabelShape(), "a release from emr-7.2.0 to emr-7.13.0, such as emr-7.7.0") },
                "coreVcpus" => read with { CoreVcpus = Number(member, 4, 64, 4) },
                "taskVcpus" => read with { TaskVcpus = Number(member, 0, MostTaskVcpus, 4) },
                "spot" => read with { Spot = Flag(member) },
                "instanceTypes" => read with { InstanceTypes = Types(member) },
                "subnets" => read with { Subnets = List(member, 16, SubnetShape(), "subnet ids such as subnet-0123456789abcdef0") },
                "keyName" => read with { KeyName = Text(member, KeyNameShape(), "the name of an EC2 key pair") },
                "notebooks" => read with { Notebooks = Flag(member) },
                "idleMinutes" => read with { IdleMinutes = Number(member, 1, 1440, 1) },
                _ => throw new InvalidExecutionInputException(
                    $"\"cluster.{Printable.Excerpt(member.Name, 40)}\" is not known: use releaseLabel, coreVcpus, taskVcpus, "
                    + "spot, instanceTypes, subnets, keyName, notebooks or idleMinutes."),
            };
        }

        return read;
    }

    private static string Text(JsonProperty member, Regex shape, string what)
        => member.Value.ValueKind == JsonValueKind.String && shape.IsMatch(member.Value.GetString()!)
            ? member.Value.GetString()!
            : throw Wrong(member, what);

    private static int Number(JsonProperty member, int least, int most, int step)
        => member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt32(out var number)
            && number >= least && number <= most && number % step == 0
            ? number
            : throw Wrong(member, step == 1
                ? $"a whole number from {least} to {most}"
                : $"a multiple of {step} from {least} to {most}");

    private static bool Flag(JsonProperty member) => member.Value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(member, "true or false"),
    };

    private static List<string> List(JsonProperty member, int most, Regex shape, string what)
    {
        if (member.Value.ValueKind != JsonValueKind.Array || member.Value.GetArrayLength() is var count && (count < 1 || count > most))
            throw Wrong(member, $"1 to {most} {what}");

        return [.. member.Value.EnumerateArray().Select(item =>
            item.ValueKind == JsonValueKind.String && shape.IsMatch(item.GetString()!)
                ? item.GetString()!
                : throw Wrong(member, $"1 to {most} {what}"))];
    }

    private static List<InstanceType> Types(JsonProperty member)
    {
        // EMR's own limit for a fleet with an allocation strategy.
        var names = List(member, 30, AnyShape(), "instance types");
        return [.. names.Distinct(StringComparer.Ordinal).Select(name => InstanceType.TryParse(name, out var type)
            ? type
            : throw new InvalidExecutionInputException(
                $"\"cluster.instanceTypes\" names {Printable.Excerpt(name, 40)}: use x86 types of the m or r families "
                + "from generation 5 on, from xlarge to 24xlarge, such as m5.xlarge."))];
    }

    private static InvalidExecutionInputException Wrong(JsonProperty member, string what)
        => new($"\"cluster.{member.Name}\" is {Shown(member.Value)}: use {what}.");

    private static string Shown(JsonElement value) => Printable.Excerpt(value.GetRawText(), 60);

    // Earlier ones do not label nodes by their market, and application masters would run on Spot; later ones carry another
    // Spark than 3.5.
    [GeneratedRegex(@"\Aemr-7\.([2-9]|1[0-3])\.[0-9]{1,2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ReleaseLabelShape();

    [GeneratedRegex(@"\Asubnet-[0-9a-f]{8,17}\z", RegexOptions.CultureInvariant)]
    private static partial Regex SubnetShape();

    // EC2 allows up to 255 ASCII characters; these are enough and safe anywhere.
    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9 ._@-]{0,254}\z", RegexOptions.CultureInvariant)]
    private static partial Regex KeyNameShape();

    [GeneratedRegex(@"\A.{1,40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex AnyShape();
}
