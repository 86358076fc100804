using System.Globalization;
using System.Text.Json.Nodes;

namespace Pomona.Local.Aws;

/// <summary>Writes a request as AWS's query protocol wants it: <c>Tags.member.1.Key=…</c>.</summary>
/// <remarks>https://smithy.io/2.0/aws/protocols/aws-query-protocol.html</remarks>
internal static class QueryEncoding
{
    /// <summary>The form fields of the request.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Fields(
        ServiceModel model, string operation, JsonObject parameters)
    {
        yield return new("Action", operation);
        yield return new("Version", model.ApiVersion);
        if (model.Input(operation) is { } input)
        {
            foreach (var field in Of(input, parameters, string.Empty))
                yield return field;
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Of(Shape shape, JsonNode value, string prefix)
    {
        switch (value)
        {
            case JsonObject members when shape.Type == "structure":
                foreach (var (name, member) in members)
                {
                    if (member is null)
                        continue;
                    var form = shape.Member(name)
                        ?? throw new ArgumentException($"{shape.Name} has no member '{name}'.", nameof(value));
                    var wire = form.LocationName is { } other && form.Type != "list" ? other : name;
                    foreach (var field in Of(form, member, prefix.Length == 0 ? wire : $"{prefix}.{wire}"))
                        yield return field;
                }

                break;
            case JsonObject entries:
                var entry = 0;
                foreach (var (key, item) in entries)
                {
                    var at = $"{prefix}{(shape.Flattened ? "" : ".entry")}.{++entry}";
                    yield return new($"{at}.{shape.Key.LocationName ?? "key"}", key);
                    foreach (var field in Of(shape.Value, item!, $"{at}.{shape.Value.LocationName ?? "value"}"))
                        yield return field;
                }

                break;
            case JsonArray elements:
                for (var i = 0; i < elements.Count; i++)
                {
                    var at = string.Create(CultureInfo.InvariantCulture,
                        $"{prefix}{(shape.Flattened ? "" : "." + (shape.Element.LocationName ?? "member"))}.{i + 1}");
                    foreach (var field in Of(shape.Element, elements[i]!, at))
                        yield return field;
                }

                break;
            default:
                yield return new(prefix, value.ToString());
                break;
        }
    }
}
