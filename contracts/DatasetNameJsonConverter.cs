using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pomona.Contracts;

/// <summary>A data set's name as a JSON string; anything that is not a valid name is a <see cref="JsonException"/>.</summary>
public sealed class DatasetNameJsonConverter : JsonConverter<DatasetName>
{
    /// <inheritdoc/>
    public override DatasetName Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => reader.TokenType == JsonTokenType.String && DatasetName.TryParse(reader.GetString(), out var name)
            ? name
            : throw new JsonException($"a data set name must match {DatasetName.Pattern}");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DatasetName value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteStringValue(value.Value);
    }
}
