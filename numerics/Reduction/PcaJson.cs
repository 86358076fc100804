using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pomona.Numerics.Reduction;

/// <summary>
/// <c>pca.json</c>: one JSON object, UTF-8, with
/// <list type="bullet">
/// <item><c>version</c>: 1, the form described here;</item>
/// <item><c>about</c>: what the features were made with, as the run has it (image model, resize filter, ...);</item>
/// <item><c>images</c>: how many the model was fitted to;</item>
/// <item><c>totalVariance</c>: the sample variances of the standardised features together;</item>
/// <item><c>ownVarianceShare</c>: only where scaling and components were kept from other images: what a fit of these would keep;</item>
/// <item><c>explainedVariance</c>, <c>explainedVarianceRatio</c>: a number per component, largest first;</item>
/// <item><c>mean</c>, <c>scale</c>: a number per feature;</item>
/// <item><c>components</c>: per component its loadings, a number per feature.</item>
/// </list>
/// A component of an image is Σⱼ components[k][j] · (features[j] − mean[j]) / scale[j]. Numbers are written so that they
/// read back to the same float64.
/// </summary>
internal static class PcaJson
{
    public const int CurrentVersion = 1;

    public static void Write(PcaModel model, JsonObject? about, Stream output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteNumber("version", CurrentVersion);
        json.WritePropertyName("about");
        (about ?? []).WriteTo(json);
        json.WriteNumber("images", model.Count);
        json.WriteNumber("totalVariance", model.TotalVariance);
        if (model.OwnVarianceShare is { } own)
            json.WriteNumber("ownVarianceShare", own);
        WriteNumbers("explainedVariance", model.ExplainedVariance);
        WriteNumbers("explainedVarianceRatio", model.ExplainedVarianceRatio);
        WriteNumbers("mean", model.Mean);
        WriteNumbers("scale", model.Scale);
        json.WriteStartArray("components");
        foreach (var loadings in model.Components)
            WriteNumbers(null, loadings);
        json.WriteEndArray();
        json.WriteEndObject();

        void WriteNumbers(string? name, double[] numbers)
        {
            if (name is null)
                json.WriteStartArray();
            else
                json.WriteStartArray(name);
            foreach (var number in numbers)
                json.WriteNumberValue(number);
            json.WriteEndArray();
        }
    }

    public static PcaModel Read(Stream input, out JsonObject about)
    {
        try
        {
            using var document = JsonDocument.Parse(input);
            var root = document.RootElement;
            var version = root.GetProperty("version").GetInt32();
            if (version != CurrentVersion)
                throw new InvalidDataException($"pca.json has version {version}, and this program reads {CurrentVersion}.");

            var model = new PcaModel(
                root.GetProperty("images").GetInt64(),
                Numbers(root.GetProperty("mean")),
                Numbers(root.GetProperty("scale")),
                [.. root.GetProperty("components").EnumerateArray().Select(Numbers)],
                Numbers(root.GetProperty("explainedVariance")),
                Numbers(root.GetProperty("explainedVarianceRatio")),
                root.GetProperty("totalVariance").GetDouble(),
                root.TryGetProperty("ownVarianceShare", out var own) ? own.GetDouble() : null);
            ThrowIfInconsistent(model);
            about = JsonObject.Create(root.GetProperty("about").Clone()) ?? [];
            return model;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw new InvalidDataException($"pca.json is damaged: {e.Message}", e);
        }
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetDouble())];

    private static void ThrowIfInconsistent(PcaModel model)
    {
        var count = model.Components.Length;
        if (model.Width == 0 || model.Count < 1)
            throw new InvalidDataException("pca.json is damaged: it is a model of no images or of no features.");
        if (model.Scale.Length != model.Width || model.Components.Any(loadings => loadings.Length != model.Width))
            throw new InvalidDataException($"pca.json is damaged: not every list has {model.Width} numbers, one per feature.");
        if (model.ExplainedVariance.Length != count || model.ExplainedVarianceRatio.Length != count)
            throw new InvalidDataException($"pca.json is damaged: not every list has {count} numbers, one per component.");
        if (model.Scale.Any(scale => !(scale > 0)))
            throw new InvalidDataException("pca.json is damaged: a scale is not positive.");
    }
}
