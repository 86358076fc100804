using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Pomona.Functions.Planning;

/// <summary>
/// An x86 EC2 instance type of the general purpose (m) or memory (r) families from generation 5 on, whose sizes all follow
/// one rule: xlarge has 4 vCPU, Nxlarge has 4·N (https://docs.aws.amazon.com/ec2/latest/instancetypes/gp.html). The compute
/// family (c) has too little memory for an executor (docs/spark.md): YARN would wait for a container for ever.
/// </summary>
/// <param name="Name">As in EC2: <c>m5.xlarge</c>.</param>
/// <param name="Vcpus">Its virtual processors.</param>
internal sealed partial record InstanceType(string Name, int Vcpus)
{
    /// <summary>What the task fleet may be made of: many types over many sizes, so that Spot has a choice.</summary>
    public static IReadOnlyList<InstanceType> TaskDefaults { get; } =
    [
        .. new[]
        {
            "m5.xlarge", "m5a.xlarge", "m5n.xlarge", "m6i.xlarge", "m6a.xlarge", "m7i.xlarge", "m7a.xlarge",
            "r5.xlarge", "r5a.xlarge", "r6i.xlarge",
            "m5.2xlarge", "m5a.2xlarge", "m6i.2xlarge", "m6a.2xlarge", "m7i.2xlarge",
        }.Select(Parse),
    ];

    /// <summary>What the primary and core nodes may be made of.</summary>
    public static IReadOnlyList<InstanceType> OnDemandDefaults { get; } =
        [.. new[] { "m5.xlarge", "m5a.xlarge", "m6i.xlarge", "m6a.xlarge", "m7i.xlarge" }.Select(Parse)];

    /// <summary>Reads a type's name; false when it is none that the pipeline can use.</summary>
    public static bool TryParse([NotNullWhen(true)] string? name, [NotNullWhen(true)] out InstanceType? type)
    {
        var match = Shape().Match(name ?? string.Empty);
        type = match.Success
            ? new InstanceType(
                name!,
                4 * (match.Groups["n"] is { Length: > 0 } n ? int.Parse(n.Value, CultureInfo.InvariantCulture) : 1))
            : null;
        return type is not null;
    }

    private static InstanceType Parse(string name) => TryParse(name, out var type)
        ? type
        : throw new FormatException($"{name} is not an instance type that the pipeline can use.");

    // No g after the generation: those are arm64, which the job's bundle is not built for.
    [GeneratedRegex(@"\A[mr][5-9](?!g)[a-z-]{0,6}\.(?<n>[2-9]|1[0-9]|2[0-4]|)xlarge\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
