using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pomona.Local.EventBridge;

/// <summary>What a rule's target gets instead of the whole event.</summary>
/// <remarks>https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html</remarks>
internal static class InputTransformer
{
    /// <summary>Fills the template with the paths' values.</summary>
    public static string Apply(JsonObject transformer, JsonObject envelope)
    {
        var text = (string)transformer["InputTemplate"]!;
        foreach (var (name, path) in transformer["InputPathsMap"] as JsonObject ?? [])
        {
            var value = At(envelope, (string)path!);
            var shown = value?.GetValueKind() == JsonValueKind.String ? (string)value! : value?.ToJsonString() ?? string.Empty;
            text = text.Replace($"<{name}>", shown, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>The value at a path such as <c>$.detail.clusterId</c>; null when there is none.</summary>
    public static JsonNode? At(JsonNode? value, string path)
    {
        foreach (var part in path.Split('.').Skip(1))
            value = (value as JsonObject)?[part];
        return value;
    }
}
