using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pomona.Vision.Models;

/// <summary>What a model expects of a pixel: <c>value = (x - mean) * scale</c> per channel, x from 0 to 255.</summary>
/// <param name="Mean">Of red, green and blue, in grey levels.</param>
/// <param name="Scale">Of red, green and blue, per grey level.</param>
[JsonConverter(typeof(PixelScalingJsonConverter))]
public sealed record PixelScaling(float[] Mean, float[] Scale)
{
    /// <summary>x / 127.5 - 1: what Keras calls <c>mode='tf'</c>.</summary>
    public static PixelScaling MinusOneToOne { get; } = new([127.5f, 127.5f, 127.5f], [1 / 127.5f, 1 / 127.5f, 1 / 127.5f]);

    /// <summary>x / 255.</summary>
    public static PixelScaling ZeroToOne { get; } = new([0, 0, 0], [1 / 255f, 1 / 255f, 1 / 255f]);

    /// <summary>
    /// (x / 255 - mean) / deviation with the mean (0.485, 0.456, 0.406) and deviation (0.229, 0.224, 0.225) of ImageNet,
    /// as torchvision and the ONNX Model Zoo do it.
    /// </summary>
    public static PixelScaling ImageNet { get; } = new(
        [(float)(255 * 0.485), (float)(255 * 0.456), (float)(255 * 0.406)],
        [(float)(1 / (255 * 0.229)), (float)(1 / (255 * 0.224)), (float)(1 / (255 * 0.225))]);

    /// <summary>The named scaling, as in a model's metadata; null when the name is not known.</summary>
    public static PixelScaling? Named(string name) => name switch
    {
        "minusOneToOne" => MinusOneToOne,
        "zeroToOne" => ZeroToOne,
        "imageNet" => ImageNet,
        _ => null,
    };

    /// <summary>The name of this scaling, or null when it has none.</summary>
    public string? Name =>
        Equals(MinusOneToOne) ? "minusOneToOne" : Equals(ZeroToOne) ? "zeroToOne" : Equals(ImageNet) ? "imageNet" : null;

    /// <summary>As a formula of x, 0 to 255, for people.</summary>
    public string Formula => Name switch
    {
        "minusOneToOne" => "x / 127.5 - 1",
        "zeroToOne" => "x / 255",
        "imageNet" => "(x / 255 - ImageNet mean) / ImageNet deviation",
        _ => FormattableString.Invariant(
            $"(x - ({Mean[0]}, {Mean[1]}, {Mean[2]})) * ({Scale[0]}, {Scale[1]}, {Scale[2]})"),
    };

    /// <summary>The value of every grey level: 256 for red, 256 for green, 256 for blue; each rounded once.</summary>
    public float[] Table()
    {
        var table = new float[3 * 256];
        for (var channel = 0; channel < 3; channel++)
            for (var level = 0; level < 256; level++)
                table[channel * 256 + level] = (float)((level - (double)Mean[channel]) * Scale[channel]);
        return table;
    }

    /// <summary>Equal numbers, not the same arrays.</summary>
    public bool Equals(PixelScaling? other)
        => other is not null && Mean.AsSpan().SequenceEqual(other.Mean) && Scale.AsSpan().SequenceEqual(other.Scale);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Mean.Sum(), Scale.Sum());
}

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
