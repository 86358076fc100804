using System.Text.Json;
using System.Text.Json.Nodes;
using Pomona.Contracts;

namespace Pomona.Cloud.Runs;

/// <summary>Reads JSON that others may have written: what is not there, or not of the kind that is asked for, is null.</summary>
internal static class ForeignJson
{
    /// <summary>The text as an object.</summary>
    public static JsonObject? Parse(string? json)
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

    /// <summary>A member of a member of an object.</summary>
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var member in path)
            node = node is JsonObject members ? members[member] : null;
        return node;
    }

    /// <summary>A text as it is.</summary>
    public static string? AsText(this JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>A text as a line to show, and short.</summary>
    public static string? AsLine(this JsonNode? node, int length = 200) => node.AsText() is { } text ? Printable.Excerpt(text, length) : null;

    public static decimal? AsNumber(this JsonNode? node) => node is JsonValue value && value.TryGetValue<decimal>(out var number) ? number : null;
}
