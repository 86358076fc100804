using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pomona.Vision.Models;

/// <summary>The order of an image tensor's axes.</summary>
[JsonConverter(typeof(TensorLayoutJsonConverter))]
public enum TensorLayout
{
    /// <summary>[batch, height, width, channel], as TensorFlow and Keras make it.</summary>
    Nhwc,

    /// <summary>[batch, channel, height, width], as PyTorch makes it.</summary>
    Nchw,
}

/// <summary>A layout as JSON: <c>"nhwc"</c> or <c>"nchw"</c>; anything else is a <see cref="JsonException"/>.</summary>
public sealed class TensorLayoutJsonConverter : JsonConverter<TensorLayout>
{
    /// <inheritdoc/>
    public override TensorLayout Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => (reader.TokenType == JsonTokenType.String ? reader.GetString() : null) switch
        {
            "nhwc" => TensorLayout.Nhwc,
            "nchw" => TensorLayout.Nchw,
            _ => throw new JsonException("layout is \"nhwc\" or \"nchw\""),
        };

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TensorLayout value, JsonSerializerOptions options)
        => writer.WriteStringValue(value == TensorLayout.Nhwc ? "nhwc" : "nchw");
}
