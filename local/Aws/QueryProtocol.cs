using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;

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

/// <summary>Reads a query service's XML answer into the JSON that the shape describes.</summary>
internal static class XmlDecoding
{
    /// <summary>The operation's result as JSON; empty when it gives nothing.</summary>
    public static JsonObject Result(Shape? output, string xml)
    {
        if (output is null || xml.Length == 0)
            return [];
        var root = XDocument.Parse(xml).Root!;
        var result = output.ResultWrapper is { } wrapper
            ? root.Elements().FirstOrDefault(element => element.Name.LocalName == wrapper)
            : root;
        return result is null ? [] : Of(output, result).AsObject();
    }

    private static JsonNode Of(Shape shape, XElement element)
    {
        switch (shape.Type)
        {
            case "structure":
                var members = new JsonObject();
                foreach (var name in shape.MemberNames)
                {
                    var form = shape.Member(name)!;
                    var found = Children(element, form.LocationName ?? name).ToArray();
                    if (found.Length > 0)
                        members[name] = form is { Type: "list", Flattened: true } ? List(form, found) : Of(form, found[0]);
                }

                return members;
            case "list":
                return List(shape, Children(element, shape.Element.LocationName ?? "member"));
            case "map":
                var entries = new JsonObject();
                foreach (var entry in Children(element, "entry"))
                {
                    var key = Children(entry, shape.Key.LocationName ?? "key").Single().Value;
                    entries[key] = Of(shape.Value, Children(entry, shape.Value.LocationName ?? "value").Single());
                }

                return entries;
            case "boolean":
                return element.Value == "true";
            case "integer" or "long":
                return long.Parse(element.Value, CultureInfo.InvariantCulture);
            case "double" or "float":
                return double.Parse(element.Value, CultureInfo.InvariantCulture);
            default:
                return element.Value;
        }
    }

    private static JsonArray List(Shape shape, IEnumerable<XElement> elements) =>
        [.. elements.Select(element => Of(shape.Element, element))];

    private static IEnumerable<XElement> Children(XElement element, string name) =>
        element.Elements().Where(child => child.Name.LocalName == name);
}
