using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Pomona.Contracts;

/// <summary>
/// How many components to keep: so many at most, as in <c>50</c>; or as many as it takes to keep more than a share of the variance,
/// as in <c>0.95</c> or <c>95%</c>, which is how scikit-learn's PCA reads a fraction.
/// </summary>
[JsonConverter(typeof(ComponentCountJsonConverter))]
public sealed partial record ComponentCount
{
    /// <summary>What is accepted besides a whole number, for sentences.</summary>
    public const string Shares = "a share of the variance such as 0.95 or 95%";

    private ComponentCount(int? count, double? share) => (Count, Share) = (count, share);

    /// <summary>How many at most, 1 or more; null where a share is asked for.</summary>
    public int? Count { get; }

    /// <summary>The share of the variance, above 0 and below 1; null where a number is asked for.</summary>
    public double? Share { get; }

    /// <summary>A number of components.</summary>
    public static implicit operator ComponentCount(int count) => OfCount(count);

    /// <summary>A number of components.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public static ComponentCount OfCount(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new ComponentCount(count, null);
    }

    /// <summary>Reads <c>50</c>, <c>0.95</c> or <c>95%</c>.</summary>
    /// <param name="text">What a person wrote.</param>
    /// <param name="most">The largest number of components.</param>
    /// <param name="count">What it says.</param>
    /// <returns>Whether it says anything that is allowed.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, int most, [NotNullWhen(true)] out ComponentCount? count)
    {
        count = null;
        if (text is null || !Shape().IsMatch(text))
            return false;
        var isPercent = text.EndsWith('%');
        var number = decimal.Parse(text.AsSpan(0, text.Length - (isPercent ? 1 : 0)), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        if (!isPercent && !text.Contains('.', StringComparison.Ordinal))
        {
            count = number >= 1 && number <= most ? new ComponentCount((int)number, null) : null;
        }
        else
        {
            var share = (double)(isPercent ? number / 100 : number);
            count = share is > 0 and < 1 ? new ComponentCount(null, share) : null;
        }

        return count is not null;
    }

    /// <summary>As it may be written again: <c>50</c> or <c>0.95</c>.</summary>
    public override string ToString() => Share is { } share
        ? ((decimal)share).ToString(CultureInfo.InvariantCulture)
        : Count.GetValueOrDefault().ToString(CultureInfo.InvariantCulture);

    /// <summary>Few digits: enough for any share, and always a decimal.</summary>
    [GeneratedRegex(@"\A[0-9]{0,6}(\.[0-9]{1,12})?%?\z(?<=[0-9]%?)", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}

/// <summary>A number of components as a JSON number, <c>50</c> or <c>0.95</c>; a text is read only where it says per cent, as <c>"95%"</c>.</summary>
public sealed class ComponentCountJsonConverter : JsonConverter<ComponentCount>
{
    /// <inheritdoc/>
    public override ComponentCount Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType switch
        {
            JsonTokenType.String when reader.GetString() is { } said && said.EndsWith('%') => said,
            JsonTokenType.Number when reader.TryGetDecimal(out var number) => number.ToString(CultureInfo.InvariantCulture),
            _ => null,
        };
        return ComponentCount.TryParse(text, int.MaxValue, out var count)
            ? count
            : throw new JsonException($"a whole number above 0, or {ComponentCount.Shares}");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ComponentCount value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteRawValue(value.ToString());
    }
}
