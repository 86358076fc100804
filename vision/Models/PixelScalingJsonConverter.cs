using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pomona.Vision.Models;

/// <summary>
/// A scaling as JSON: <c>"minusOneToOne"</c>, <c>"zeroToOne"</c>, <c>"imageNet"</c>, or
/// <c>{"mean": [r, g, b], "scale": [r, g, b]}</c>; anything else is a <see cref="JsonException"/>.
/// </summary>
public sealed class PixelScalingJsonConverter : JsonConverter<PixelScaling>
{
    private const string Form =
        "scaling is \"minusOneToOne\", \"zeroToOne\", \"imageNet\" or {\"mean\": [r, g, b], \"scale\": [r, g, b]}";

    /// <inheritdoc/>
    public override PixelScaling Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        if (root.ValueKind == JsonValueKind.String)
            return PixelScaling.Named(root.GetString()!) ?? throw new JsonException(Form);
        if (root.ValueKind != JsonValueKind.Object || root.EnumerateObject().Count() != 2)
            throw new JsonException(Form);
        return new PixelScaling(Channels(root, "mean"), Channels(root, "scale"));
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, PixelScaling value, JsonSerializerOptions options)
    {
        if (value.Name is { } name)
        {
            writer.WriteStringValue(name);
            return;
        }

        writer.WriteStartObject();
        WriteChannels(writer, "mean", value.Mean);
        WriteChannels(writer, "scale", value.Scale);
        writer.WriteEndObject();
    }

    private static float[] Channels(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var array) || array.ValueKind != JsonValueKind.Array || array.GetArrayLength() != 3
            || array.EnumerateArray().Any(number => number.ValueKind != JsonValueKind.Number))
            throw new JsonException(Form);

        float[] channels = [.. array.EnumerateArray().Select(number => number.GetSingle())];
        return channels.All(float.IsFinite) ? channels : throw new JsonException(Form);
    }

    private static void WriteChannels(Utf8JsonWriter writer, string name, float[] channels)
    {
        writer.WriteStartArray(name);
        foreach (var channel in channels)
            writer.WriteNumberValue(channel);
        writer.WriteEndArray();
    }
}
