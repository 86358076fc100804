using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Pomona.Contracts;

/// <summary>
/// JSON that others may have written, or damaged: what cannot be read is null. The exception that says why is dropped, since its
/// message may quote a token.
/// </summary>
public static class JsonText
{
    /// <summary>The text in a form; null when it is not JSON, or not of that form.</summary>
    public static T? TryRead<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> form)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, form);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <inheritdoc cref="TryRead{T}(ReadOnlySpan{byte}, JsonTypeInfo{T})"/>
    public static T? TryRead<T>(string json, JsonTypeInfo<T> form)
        where T : class
        => TryRead(Encoding.UTF8.GetBytes(json), form);

    /// <summary>
    /// The text as an object, without what in it is not clear (<see cref="IsClear"/>): members of which two have one name, and texts and names
    /// with half a surrogate pair. Null when it is no object.
    /// </summary>
    public static JsonObject? TryReadObject(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using var read = JsonDocument.ParseValue(ref reader);
            return reader.Read() ? null : Clear(read.RootElement) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <inheritdoc cref="TryReadObject(ReadOnlySpan{byte})"/>
    public static JsonObject? TryReadObject(string? json) => json is null ? null : TryReadObject(Encoding.UTF8.GetBytes(json));

    /// <summary>
    /// Whether JSON can be looked into, copied and written again: no object in it has two members of one name, and no text half of a
    /// surrogate pair. A parser takes both, and whoever looks closer ends with an exception.
    /// </summary>
    public static bool IsClear(JsonNode? json)
    {
        try
        {
            return json switch
            {
                JsonObject members => members.All(static member => IsClear(member.Value)),
                JsonArray elements => elements.All(IsClear),
                JsonValue value => value.GetValueKind() != JsonValueKind.String || value.TryGetValue<string>(out _),
                _ => true,
            };
        }
        catch (Exception unclear) when (unclear is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>A member of a member of an object; null where one is not there.</summary>
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var member in path)
            node = node is JsonObject members ? members[member] : null;
        return node;
    }

    /// <summary>A text as it is; null where it is no text.</summary>
    public static string? AsText(this JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>A text as a line to show, and short; null where it is no text.</summary>
    public static string? AsLine(this JsonNode? node, int length = 200) => node.AsText() is { } text ? Printable.Excerpt(text, length) : null;

    /// <summary>A whole number; null where it is none.</summary>
    public static long? AsWhole(this JsonNode? node) => node is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;

    /// <summary>A number; null where it is none.</summary>
    public static decimal? AsNumber(this JsonNode? node) => node is JsonValue value && value.TryGetValue<decimal>(out var number) ? number : null;

    private static JsonNode? Clear(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                var members = json.EnumerateObject().Select(static member => (Name: Read(() => member.Name), member.Value)).Where(static member => member.Name is not null);
                return new JsonObject(members.GroupBy(static member => member.Name!, StringComparer.Ordinal).Where(static named => named.Count() == 1)
                    .Select(static named => KeyValuePair.Create(named.Key, Clear(named.Single().Value))));
            case JsonValueKind.Array:
                return new JsonArray([.. json.EnumerateArray().Select(Clear)]);
            case JsonValueKind.String:
                return Read(json.GetString) is { } text ? JsonValue.Create(text) : null;
            default:
                return JsonValue.Create(json.Clone());
        }
    }

    private static string? Read(Func<string?> text)
    {
        try
        {
            return text();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }
}
