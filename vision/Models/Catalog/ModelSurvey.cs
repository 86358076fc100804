using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pomona.Vision.Models.Catalog;

/// <summary>What <c>pomona model</c> shows.</summary>
/// <param name="Candidates">In the order in which they are tried.</param>
/// <param name="Chosen">The one that a run would use, one of <paramref name="Candidates"/>; null when there is none.</param>
/// <param name="Why">One sentence: why that one, or why none.</param>
public sealed record ModelSurvey(IReadOnlyList<ModelCandidate> Candidates, ModelCandidate? Chosen, string Why);

/// <summary>A model that could be used.</summary>
/// <param name="Origin">Where it is looked for.</param>
/// <param name="Name">For people.</param>
/// <param name="Location">A path or an address, or null.</param>
/// <param name="IsAvailable">It is there, or can be fetched.</param>
/// <param name="Status">One clause: why it is available or not.</param>
/// <param name="Metadata">What it is and expects; null until it has been fetched or imported.</param>
public sealed record ModelCandidate(
    ModelOrigin Origin, string Name, string? Location, bool IsAvailable, string Status, ModelMetadata? Metadata);

/// <summary>Where a model is looked for, in this order.</summary>
[JsonConverter(typeof(ModelOriginJsonConverter))]
public enum ModelOrigin
{
    /// <summary>--model or POMONA_MODEL.</summary>
    Requested,

    /// <summary>The cache.</summary>
    Cache,

    /// <summary>The ONNX Model Zoo, pinned by SHA-256.</summary>
    Zoo,

    /// <summary>npm's nsfwjs, where it is installed.</summary>
    Npm,
}

/// <summary>An origin as JSON: <c>"requested"</c>, <c>"cache"</c>, <c>"zoo"</c>, <c>"npm"</c>.</summary>
public sealed class ModelOriginJsonConverter() : JsonStringEnumConverter<ModelOrigin>(JsonNamingPolicy.CamelCase);

/// <summary>How a survey is written as JSON: as <see cref="ModelJson"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ModelSurvey))]
public sealed partial class ModelSurveyJson : JsonSerializerContext
{
    /// <summary>The context to write with: letters of every script stay readable; these texts are never pasted into HTML.</summary>
    public static ModelSurveyJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
