using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pomona.Contracts;

/// <summary>A name of an agreed form, which is a string in JSON.</summary>
/// <typeparam name="TSelf">The type of the name.</typeparam>
public interface IJsonName<TSelf>
    where TSelf : class, IJsonName<TSelf>
{
    /// <summary>What such a name is, as a clause.</summary>
    static abstract string Form { get; }

    /// <summary>The name itself.</summary>
    string Text { get; }

    /// <summary>Reads a name; false when the text is none.</summary>
    static abstract bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out TSelf? name);
}

/// <summary>A name as a JSON string; anything that is none is a <see cref="JsonException"/>.</summary>
/// <typeparam name="T">The type of the name.</typeparam>
public sealed class NameJsonConverter<T> : JsonConverter<T>
    where T : class, IJsonName<T>
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => reader.TokenType == JsonTokenType.String && T.TryParse(reader.GetString(), out var name) ? name : throw new JsonException(T.Form);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteStringValue(value.Text);
    }
}
