using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
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
[JsonConverter(typeof(InstanceTypeJsonConverter))]
public sealed partial record InstanceType(string Name, int Vcpus)
{
    /// <summary>What comes before the size: <c>m5</c>. All sizes of a family cost the same per vCPU.</summary>
    public string Family => Name[..Name.IndexOf('.', StringComparison.Ordinal)];

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

    /// <summary>Reads a type's name.</summary>
    /// <exception cref="FormatException">It is none that the pipeline can use.</exception>
    public static InstanceType Parse(string name) => TryParse(name, out var type)
        ? type
        : throw new FormatException($"'{Printable.Excerpt(name, 40)}' is not an instance type that the pipeline can use.");

    // No g after the generation: those are arm64, which the job's bundle is not built for.
    [GeneratedRegex(@"\A[mr][5-9](?!g)[a-z-]{0,6}\.(?<n>[2-9]|1[0-9]|2[0-4]|)xlarge\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}

/// <summary>An instance type as the JSON string of its name; anything else is a <see cref="JsonException"/>.</summary>
public sealed class InstanceTypeJsonConverter : JsonConverter<InstanceType>
{
    /// <inheritdoc/>
    public override InstanceType Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => reader.TokenType == JsonTokenType.String && InstanceType.TryParse(reader.GetString(), out var type)
            ? type
            : throw new JsonException("an instance type looks like m5.xlarge");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, InstanceType value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteStringValue(value.Name);
    }
}
