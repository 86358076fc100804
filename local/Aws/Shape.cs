using System.Text.Json.Nodes;

namespace Pomona.Local.Aws;

/// <summary>The form of a value in an AWS API, with what the place that refers to it adds (its name on the wire).</summary>
internal sealed class Shape(ServiceModel model, string name, JsonObject definition, JsonObject reference)
{
    public string Name => name;

    /// <summary><c>structure</c>, <c>list</c>, <c>map</c>, <c>string</c>, <c>integer</c>, …</summary>
    public string Type => (string)definition["type"]!;

    /// <summary>Members that must be there.</summary>
    public IEnumerable<string> Required => Names("required");

    /// <summary>The values a string may have; empty when any.</summary>
    public IEnumerable<string> Enum => Names("enum");

    /// <summary>The least length, count or value; null when there is none.</summary>
    public double? Min => (double?)definition["min"];

    /// <summary>The greatest length, count or value; null when there is none.</summary>
    public double? Max => (double?)definition["max"];

    /// <summary>The pattern of a string, in Java's dialect; null when there is none.</summary>
    public string? Pattern => (string?)definition["pattern"];

    /// <summary>Where the member goes over HTTP: <c>uri</c>, <c>querystring</c>, <c>header</c>, or null for the body.</summary>
    public string? Location => (string?)(reference["location"] ?? definition["location"]);

    /// <summary>The member's name on the wire; null when it is its own.</summary>
    public string? LocationName => (string?)(reference["locationName"] ?? definition["locationName"]);

    /// <summary>The structure's member that is the whole body; null when the structure itself is.</summary>
    public string? Payload => (string?)definition["payload"];

    /// <summary>Whether a list's elements or a map's entries have no element around them.</summary>
    public bool Flattened => (bool?)(reference["flattened"] ?? definition["flattened"]) ?? false;

    /// <summary>The element around a query service's result.</summary>
    public string? ResultWrapper => (string?)reference["resultWrapper"];

    public IEnumerable<string> MemberNames => Members.Select(member => member.Key);

    public Shape Element => model.Refer(definition["member"]!);

    public Shape Key => model.Refer(definition["key"]!);

    public Shape Value => model.Refer(definition["value"]!);

    private JsonObject Members => definition["members"] as JsonObject ?? [];

    /// <summary>A structure's member; null when it has none of that name.</summary>
    public Shape? Member(string memberName) => Members[memberName] is { } member ? model.Refer(member) : null;

    private IEnumerable<string> Names(string list) =>
        (definition[list] as JsonArray)?.Select(entry => (string)entry!) ?? [];
}
