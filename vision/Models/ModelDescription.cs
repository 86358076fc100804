using System.Text.Json;
using System.Text.Json.Serialization;
using Pomona.Contracts;
using Pomona.Vision.Models.Onnx;

namespace Pomona.Vision.Models;

/// <summary>
/// What is said about a model beside its graph: in the sidecar <c>model.json</c> of <c>model.onnx</c>, or, as the same JSON,
/// in the metadata property <see cref="PropertyKey"/> of the ONNX file. Only <see cref="Scaling"/> is always needed; the
/// graph tells the rest unless its shapes are dynamic. Unknown members are refused.
/// </summary>
/// <example><code>{ "width": 224, "height": 224, "layout": "nchw", "scaling": "imageNet", "output": "pooled" }</code></example>
/// <param name="Name">For people.</param>
/// <param name="Source">Where the model came from, in one line.</param>
/// <param name="Sha256">Of the .onnx file, when it must be that file and no other.</param>
/// <param name="SourceSha256">Of what the .onnx file was made from; kept by the cache.</param>
/// <param name="Output">The feature tensor, when it is not the input of the last layer.</param>
/// <param name="Width">Of the image, pixels.</param>
/// <param name="Height">Of the image, pixels.</param>
/// <param name="Layout">The order of the input's axes.</param>
/// <param name="Scaling">From grey levels to the input's values; never guessed.</param>
/// <param name="Features">How many there are.</param>
public sealed record ModelDescription(
    string? Name = null,
    string? Source = null,
    string? Sha256 = null,
    string? SourceSha256 = null,
    string? Output = null,
    int? Width = null,
    int? Height = null,
    TensorLayout? Layout = null,
    PixelScaling? Scaling = null,
    int? Features = null)
{
    private const int LongestName = 80;
    private const int LongestSource = 300;

    /// <summary>The ONNX metadata property that holds a description.</summary>
    public const string PropertyKey = "pomona.model";

    /// <summary>Where a model file's sidecar is.</summary>
    public static string SidecarOf(string modelPath) => Path.ChangeExtension(modelPath, ".json");

    /// <summary>The sidecar of a model file, or null when there is none.</summary>
    /// <exception cref="ModelException">It cannot be read, or is not a description.</exception>
    public static async Task<ModelDescription?> ReadSidecarAsync(string modelPath, CancellationToken cancellation)
    {
        var path = SidecarOf(modelPath);
        if (!File.Exists(path))
            return null;
        try
        {
            return Parse(await File.ReadAllTextAsync(path, cancellation), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"The model's sidecar {path} cannot be read ({Printable.Excerpt(e.Message)}).", e);
        }
    }

    /// <summary>The description inside an ONNX file, or null when there is none.</summary>
    /// <exception cref="ModelException">It is not a description.</exception>
    internal static ModelDescription? Embedded(ModelProto model, string name)
        => model.MetadataProps.LastOrDefault(property => property.Key == PropertyKey) is { } property
            ? Parse(property.Value, $"the metadata property {PropertyKey} of {name}")
            : null;

    /// <summary>This description as JSON, in one line.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ModelJson.Readable.ModelDescription);

    /// <summary>Reads the JSON that <see cref="ToJson"/> writes.</summary>
    /// <exception cref="ModelException">It is not a description.</exception>
    internal static ModelDescription Parse(string json, string where)
    {
        try
        {
            var description = JsonSerializer.Deserialize(json, ModelJson.Default.ModelDescription)
                ?? throw new JsonException("it is null");
            if (description is { Width: <= 0 } or { Height: <= 0 } or { Features: <= 0 })
                throw new JsonException("width, height and features are positive");
            // Both are shown on the terminal, on the page and in mails, where a line break would begin a line of the author's own.
            return description with
            {
                Name = description.Name is { } name ? Printable.Excerpt(name, LongestName) : null,
                Source = description.Source is { } source ? Printable.Excerpt(source, LongestSource) : null,
            };
        }
        catch (JsonException e)
        {
            throw new ModelException(
                $"The model's description in {where} is wrong ({Printable.Excerpt(e.Message)}): "
                + "it looks like {\"scaling\": \"imageNet\", \"width\": 224, \"height\": 224, \"layout\": \"nchw\"}.", e);
        }
    }
}
