using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pomona.Contracts;

/// <summary>
/// What an image's features and cues depend on besides its bytes: the part of <see cref="RunLayout.Settings"/> that must be equal
/// before one run may take them over from another. A member that is null is not known.
/// </summary>
/// <param name="Model">The model.</param>
/// <param name="Resize">The filter that brings images to the model's size.</param>
/// <param name="HonourOrientation">Whether images are turned upright.</param>
/// <param name="Decode">How much of an image is decoded.</param>
/// <param name="MaxMegapixels">Larger images are rejected.</param>
/// <param name="Parts">The form of the parts.</param>
/// <param name="Architecture">The processors': another one's floating point gives other bits.</param>
/// <param name="Arithmetic"><see cref="CurrentArithmetic"/> as it was; null in a run of an earlier version.</param>
public sealed record FeatureSettings(
    UsedModel? Model = null,
    string? Resize = null,
    bool? HonourOrientation = null,
    string? Decode = null,
    double? MaxMegapixels = null,
    string? Parts = null,
    string? Architecture = null,
    int? Arithmetic = null)
{
    /// <summary>
    /// The version of all that computes features and cues: to be raised with whatever changes a bit of them, a new version of a
    /// decoder's or the inference's package included (a test holds those to it).
    /// </summary>
    public const int CurrentArithmetic = 1;

    /// <summary>
    /// The form of the parts that are written now; parts of two forms are never mixed. To be changed with whatever changes their bytes:
    /// layout, codec, or the version of ParquetSharp (a test holds them to it).
    /// </summary>
    public const string CurrentParts = "Parquet, zstd, 2";

    /// <summary>The filter where a run does not say; Pillow's own.</summary>
    public const string DefaultResize = "bicubic";

    /// <summary>The most megapixels of an image where a run does not say.</summary>
    public const double DefaultMegapixels = 100;

    /// <summary>As people know them.</summary>
    private IReadOnlyList<(string Name, string? Value)> Members =>
    [
        ("the model's SHA-256", Model?.Sha256),
        ("the output that the model is cut at", Model?.OutputName),
        ("what the model expects", Model?.Expects),
        ("--resize", Resize?.ToLowerInvariant()),
        (JobArguments.ExifRotation, HonourOrientation is { } upright ? (upright ? JobArguments.On : JobArguments.Off) : null),
        (JobArguments.Decode, Decode?.ToLowerInvariant()),
        ("--max-megapixels", MaxMegapixels?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ("the form of the parts", Parts),
        ("the processors' architecture", Architecture),
        ("the version of the arithmetic", Arithmetic?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
    ];

    /// <summary>
    /// Why nothing can be taken over from a run of other settings, as a clause: what differs first. Null when nothing does. What is
    /// null in this record is not compared; what is null in the other one is of an earlier version, and differs.
    /// </summary>
    public string? DifferenceFrom(FeatureSettings earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        foreach (var ((name, now), (_, then)) in Members.Zip(earlier.Members))
        {
            if (now is not null && !string.Equals(now, then, StringComparison.Ordinal))
                return Printable.Change(name, then ?? "not noted by the version that made it", now);
        }

        return null;
    }

    /// <summary>Reads them from a run's settings; null when the text is none.</summary>
    public static FeatureSettings? TryParse(ReadOnlySpan<byte> settings) => JsonText.TryRead(settings, FeatureSettingsJson.Default.FeatureSettings);
}

/// <summary>Of a model, what decides its features.</summary>
/// <param name="Sha256">Of the file that runs.</param>
/// <param name="OutputName">Where its graph ends.</param>
/// <param name="InputWidth">Pixels.</param>
/// <param name="InputHeight">Pixels.</param>
/// <param name="Layout">The order of the input's axes.</param>
/// <param name="Scaling">From grey levels to the input's values.</param>
public sealed record UsedModel(
    string? Sha256 = null, string? OutputName = null, int? InputWidth = null, int? InputHeight = null, string? Layout = null, JsonElement? Scaling = null)
{
    /// <summary>What it expects, as one text; null when that is not known.</summary>
    internal string? Expects => Scaling is { } scaling
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{InputWidth} × {InputHeight}, {Layout}, scaled by {scaling.GetRawText()}")
        : null;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FeatureSettings))]
internal sealed partial class FeatureSettingsJson : JsonSerializerContext;
