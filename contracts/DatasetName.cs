using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Pomona.Contracts;

/// <summary>
/// The name of a data set: the folder under <c>datasets/</c>. One to forty ASCII letters, digits, <c>-</c> and <c>_</c>,
/// beginning with a letter or digit, because the name travels into bucket keys, execution names and command lines.
/// </summary>
[JsonConverter(typeof(NameJsonConverter<DatasetName>))]
public sealed partial record DatasetName : IJsonName<DatasetName>
{
    /// <summary>The longest name, in characters: leaves room for a run id in an execution name of at most 80.</summary>
    public const int MaxLength = 40;

    /// <summary>The pattern every name matches, as documented to people who call the pipeline by hand.</summary>
    public const string Pattern = "^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$";

    static string IJsonName<DatasetName>.Form => $"a data set name must match {Pattern}";

    string IJsonName<DatasetName>.Text => Value;

    /// <summary>What a name is, in a person's words.</summary>
    public const string Rule = "1 to 40 letters, digits, '-' or '_', beginning with a letter or digit";

    private DatasetName(string value) => Value = value;

    /// <summary>The name itself.</summary>
    public string Value { get; }

    /// <summary>Reads a name.</summary>
    /// <exception cref="FormatException">The text is not a data set's name; the message says what is allowed.</exception>
    public static DatasetName Parse(string text) => TryParse(text, out var name)
        ? name
        : throw new FormatException(
            $"'{Printable.Excerpt(text)}' is not a data set name: use {Rule}.");

    /// <summary>Reads a name; false when the text is not one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out DatasetName? name)
    {
        name = text is not null && Allowed().IsMatch(text) ? new DatasetName(text) : null;
        return name is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;

    // \z, not $: a trailing newline must not slip into a key.
    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_-]{0,39}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Allowed();
}
