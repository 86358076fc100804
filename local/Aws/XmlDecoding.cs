using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Pomona.Local.Aws;

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
