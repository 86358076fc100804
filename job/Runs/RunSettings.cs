using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pomona.Contracts;
using Pomona.Job.Parquet;
using Pomona.Vision.Imaging;
using Pomona.Vision.Models;

namespace Pomona.Job.Runs;

/// <summary>
/// All that a stage's work on a shard depends on besides the shard's manifest. Written to the output when a run begins, so
/// that a later run under the same output is refused unless it asks for the same (<see cref="Identity"/>); sent to Spark's
/// tasks as JSON.
/// </summary>
/// <param name="Input">The data set's root.</param>
/// <param name="Output">The run's folder.</param>
/// <param name="Components">How many components to keep at most, or of which share of the variance.</param>
/// <param name="Resize">The filter that brings images to the model's size.</param>
/// <param name="ShardSize">Images per shard.</param>
/// <param name="HonourOrientation">Turn images as their EXIF orientation says, as Pillow's <c>exif_transpose</c> does, instead of ignoring it.</param>
/// <param name="Decode">How much of an image is decoded.</param>
/// <param name="MaxMegapixels">Images of more megapixels are rejected before they are decoded.</param>
/// <param name="ModelPath">The ONNX file that ends in the features; on Spark the same path on every node.</param>
/// <param name="Model">What that file is and expects.</param>
/// <param name="Threads">How many threads of this process infer.</param>
/// <param name="Parts"><see cref="PartLayout.Form"/>; null where a version without it began the run.</param>
/// <param name="Run">The run's own id, on every page of its ledger; null where a version without one began the run.</param>
/// <param name="IsSnapshotGiven">Whether the manifests are somebody else's, so that their keys must stay below the input.</param>
/// <param name="Basis">The folder of the run whose components a person wants kept; null for a fit, or where the snapshot says it.</param>
/// <param name="Architecture">The processors'; null where a version that did not note it began the run.</param>
/// <param name="Arithmetic"><see cref="FeatureSettings.CurrentArithmetic"/>; null likewise.</param>
/// <param name="TestSplit">The first folder whose images are asked to be for testing; null where none is, or the snapshot, which says it, is given.</param>
internal sealed record RunSettings(
    string Input,
    string Output,
    ComponentCount Components,
    ResizeFilter Resize,
    int ShardSize,
    bool HonourOrientation,
    DecodeMode Decode,
    double MaxMegapixels,
    string ModelPath,
    ModelMetadata Model,
    int Threads,
    string? Parts,
    string Run,
    bool IsSnapshotGiven = false,
    string? Basis = null,
    string? Architecture = null,
    int? Arithmetic = null,
    string? TestSplit = null)
{
    /// <summary>The value of what was not asked for.</summary>
    public const string None = "none";

    /// <summary>An id that no other run has.</summary>
    public static string NewRun() => Convert.ToHexString(RandomNumberGenerator.GetBytes(16)).ToLowerInvariant();

    /// <summary>What decides the result's bytes, named as a person set it; two runs may share an output only when equal.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Identity =>
    [
        new("input", Input),
        new(JobArguments.Components, Components.ToString()),
        new("--resize", ResizeFilterName.Of(Resize)),
        new("--shard-size", Text(ShardSize)),
        new(JobArguments.ExifRotation, HonourOrientation ? JobArguments.On : JobArguments.Off),
        new(JobArguments.Decode, DecodeModeName.Of(Decode)),
        new("--max-megapixels", Text(MaxMegapixels)),
        new("--model", $"{Model.Name} ({Model.Sha256})"),
        new(JobArguments.Basis, Basis ?? None),
        new(JobArguments.TestSplit, TestSplit ?? None),
        new("form of the parts", Parts ?? "an earlier version's"),
        // Another one's floating point gives other bits; what an earlier version began is taken to be of this one.
        new("processors", Architecture ?? RuntimeInformation.ProcessArchitecture.ToString()),
    ];

    /// <summary>What of them decides features and cues: as another run reads them.</summary>
    [JsonIgnore]
    public FeatureSettings Features => FeatureSettings.TryParse(ToJson())!;

    /// <summary>What is decoded of an image whose features are wanted.</summary>
    [JsonIgnore]
    public DecodeSettings Decoding
        => new ImageRecipe(Resize, HonourOrientation, Decode, MaxMegapixels).DecodingFor(Model.InputWidth, Model.InputHeight);

    /// <summary>Reads settings that <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">The text is no settings.</exception>
    public static RunSettings FromJson(ReadOnlySpan<byte> json)
        => JsonSerializer.Deserialize(json, RunSettingsJson.Default.RunSettings) ?? throw new JsonException("the settings are null");

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, RunSettingsJson.Default.RunSettings);

    private static string Text(IFormattable value) => value.ToString(null, System.Globalization.CultureInfo.InvariantCulture);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(RunSettings))]
internal sealed partial class RunSettingsJson : JsonSerializerContext;
