using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Pomona.Contracts;

/// <summary>
/// The id of a run: the UTC second at which its lock was taken and eight hexadecimal digits that tell apart runs of one
/// second, as in <c>20261121T130455Z-3f9a2c1b</c>. Ids of one data set sort by time.
/// </summary>
[JsonConverter(typeof(NameJsonConverter<RunId>))]
public sealed partial record RunId : IJsonName<RunId>
{
    static string IJsonName<RunId>.Form => $"a run id looks like {Example}";

    string IJsonName<RunId>.Text => Value;

    /// <summary>An id, to show what one looks like.</summary>
    public const string Example = "20261121T130455Z-3f9a2c1b";

    private const string Form = "yyyyMMdd'T'HHmmss'Z'";

    private RunId(string value) => Value = value;

    /// <summary>The id itself, 25 characters.</summary>
    public string Value { get; }

    /// <summary>Makes the id of a run that begins at <paramref name="start"/>.</summary>
    /// <param name="start">When the run's lock is taken; written in UTC, to the second.</param>
    /// <param name="salt">What tells runs of one second apart.</param>
    public static RunId Create(DateTimeOffset start, uint salt) => new(
        start.UtcDateTime.ToString(Form, CultureInfo.InvariantCulture)
        + "-" + salt.ToString("x8", CultureInfo.InvariantCulture));

    /// <summary>When the run began, to the second, UTC; null of an id that no run has, such as of a thirteenth month.</summary>
    public DateTimeOffset? Start => DateTimeOffset.TryParseExact(
        Value.AsSpan(0, Value.IndexOf('-', StringComparison.Ordinal)), Form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var start)
        ? start
        : null;

    /// <summary>Reads an id.</summary>
    /// <exception cref="FormatException">The text is not a run id.</exception>
    public static RunId Parse(string text) => TryParse(text, out var id)
        ? id
        : throw new FormatException(
            $"'{Printable.Excerpt(text)}' is not a run id: it looks like {Example}.");

    /// <summary>Reads an id; false when the text is not one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out RunId? name)
    {
        name = text is not null && Shape().IsMatch(text) ? new RunId(text) : null;
        return name is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;

    [GeneratedRegex(@"\A[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
