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

    /// <summary>The text as an object; null when it is none.</summary>
    public static JsonObject? TryReadObject(string? json)
    {
        try
        {
            return json is null ? null : JsonNode.Parse(json) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <inheritdoc cref="TryReadObject(string?)"/>
    public static JsonObject? TryReadObject(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// A member of a member of an object; null where one is not there, or an object's names cannot be told apart, of which only a look
    /// into it finds out: two are equal, or one is no Unicode.
    /// </summary>
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        try
        {
            foreach (var member in path)
                node = node is JsonObject members ? members[member] : null;
            return node;
        }
        catch (Exception unclear) when (unclear is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A text as it is; null where it is no text, or no Unicode.</summary>
    public static string? AsText(this JsonNode? node)
    {
        try
        {
            return node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }

    /// <summary>A text as a line to show, and short; null where it is no text.</summary>
    public static string? AsLine(this JsonNode? node, int length = 200) => node.AsText() is { } text ? Printable.Excerpt(text, length) : null;

    /// <summary>A whole number; null where it is none.</summary>
    public static long? AsWhole(this JsonNode? node) => node is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;

    /// <summary>A number; null where it is none.</summary>
    public static decimal? AsNumber(this JsonNode? node) => node is JsonValue value && value.TryGetValue<decimal>(out var number) ? number : null;
}
