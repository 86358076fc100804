using System.Text.Json.Nodes;

namespace Pomona.Template.Tests;

internal sealed record Statement(string Owner, PolicyKind Kind, JsonObject Json)
{
    public bool Allows => (string)Json["Effect"]! == "Allow";

    public IReadOnlyList<string> Actions => Many(Json["Action"]!).Select(action => (string)action!).ToList();

    public IReadOnlyList<JsonNode?> Resources => Json["Resource"] is { } resource ? Many(resource) : [];

    public string? Service => (string?)(Json["Principal"] as JsonObject)?["Service"];

    /// <summary>The condition keys, whatever the operator: <c>aws:SourceArn</c>.</summary>
    public IReadOnlyList<string> ConditionKeys => Json["Condition"] is JsonObject condition
        ? [.. condition.SelectMany(operation => operation.Value!.AsObject().Select(key => key.Key))]
        : [];

    public override string ToString() => $"{Owner}: {Json.ToJsonString()}";

    private static IReadOnlyList<JsonNode?> Many(JsonNode node) => node is JsonArray many ? [.. many] : [node];
}
