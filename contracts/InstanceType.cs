using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Pomona.Contracts;

/// <summary>
/// An x86 EC2 instance type of the general purpose (m) or memory (r) families from generation 5 on, whose sizes all follow
/// one rule: xlarge has 4 vCPU, Nxlarge has 4·N (https://docs.aws.amazon.com/ec2/latest/instancetypes/gp.html). The compute
/// family (c) has too little memory for an executor (docs/spark.md): YARN would wait for a container for ever.
/// </summary>
/// <param name="Name">As in EC2: <c>m5.xlarge</c>.</param>
/// <param name="Vcpus">Its virtual processors.</param>
[JsonConverter(typeof(NameJsonConverter<InstanceType>))]
public sealed partial record InstanceType(string Name, int Vcpus) : IJsonName<InstanceType>
{
    static string IJsonName<InstanceType>.Form => "an instance type looks like m5.xlarge";

    string IJsonName<InstanceType>.Text => Name;

    /// <summary>What comes before the size: <c>m5</c>. All sizes of a family cost the same per vCPU.</summary>
    public string Family => Name[..Name.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>Reads a type's name; false when it is none that the pipeline can use.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out InstanceType? name)
    {
        name = text is not null && Usable().IsMatch(text) && VcpusOf(text) is { } vcpus ? new InstanceType(text, vcpus) : null;
        return name is not null;
    }

    /// <summary>The virtual processors of any type, by its name; null where its size is none of the rule's.</summary>
    public static int? VcpusOf(string name) => Size().Match(name) is not { Success: true } size ? null
        : 4 * (size.Groups["n"] is { Length: > 0 } n ? int.Parse(n.Value, CultureInfo.InvariantCulture) : 1);

    /// <summary>Reads a type's name.</summary>
    /// <exception cref="FormatException">It is none that the pipeline can use.</exception>
    public static InstanceType Parse(string name) => TryParse(name, out var type)
        ? type
        : throw new FormatException($"'{Printable.Excerpt(name, 40)}' is not an instance type that the pipeline can use.");

    // No g after the generation: those are arm64, which the job's bundle is not built for.
    [GeneratedRegex(@"\A[mr][5-9](?!g)[a-z-]{0,6}\.([2-9]|1[0-9]|2[0-4]|)xlarge\z", RegexOptions.CultureInvariant)]
    private static partial Regex Usable();

    [GeneratedRegex(@"\.(?<n>[1-9][0-9]{0,2}|)xlarge\z", RegexOptions.CultureInvariant)]
    private static partial Regex Size();
}
