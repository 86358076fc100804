using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pomona.Local.Aws;

/// <summary>
/// Compares a request with the API's model and says what is wrong in the words of AWS's own validator. Members that the
/// model does not know are complaints too: AWS drops them in silence, but the SDKs and Step Functions refuse them.
/// </summary>
internal static class ShapeValidator
{
    /// <summary>What is wrong with the value; empty when it fits.</summary>
    public static IReadOnlyList<string> Complaints(Shape shape, JsonNode? value)
    {
        var complaints = new List<string>();
        Check(shape, value, string.Empty, complaints);
        return complaints;
    }

    /// <summary>The message of AWS's ValidationException for these complaints.</summary>
    public static string Message(IReadOnlyList<string> complaints) => string.Create(
        CultureInfo.InvariantCulture,
        $"{complaints.Count} validation error{(complaints.Count == 1 ? "" : "s")} detected: {string.Join("; ", complaints)}");

    private static void Check(Shape shape, JsonNode? value, string path, List<string> complaints)
    {
        switch (shape.Type, value)
        {
            case ("structure", JsonObject members):
                CheckStructure(shape, members, path, complaints);
                break;
            case ("list", JsonArray elements):
                CheckRange(shape, elements.Count, "length", value, path, complaints);
                for (var i = 0; i < elements.Count; i++)
                    Check(shape.Element, elements[i], $"{path}.{i + 1}.member", complaints);
                break;
            case ("map", JsonObject entries):
                CheckRange(shape, entries.Count, "length", value, path, complaints);
                foreach (var (key, entry) in entries)
                {
                    Check(shape.Key, JsonValue.Create(key), $"{path}.key", complaints);
                    Check(shape.Value, entry, $"{path}.{key}", complaints);
                }

                break;
            case ("string", JsonValue text) when text.GetValueKind() == JsonValueKind.String:
                CheckString(shape, (string)text!, path, complaints);
                break;
            case ("integer" or "long" or "double" or "float", JsonValue number)
                when number.GetValueKind() == JsonValueKind.Number:
                CheckRange(shape, double.Parse(number.ToJsonString(), CultureInfo.InvariantCulture), "value", value, path, complaints);
                break;
            case ("boolean", JsonValue flag) when flag.GetValueKind() is JsonValueKind.True or JsonValueKind.False:
            case ("timestamp", JsonValue):
            case ("blob", JsonValue):
                break;
            default:
                complaints.Add(Complaint(value, path, $"Member must be of type {shape.Type}"));
                break;
        }
    }

    private static void CheckStructure(Shape shape, JsonObject members, string path, List<string> complaints)
    {
        foreach (var name in shape.Required)
        {
            if (members[name] is null)
                complaints.Add(Complaint(null, Join(path, name), "Member must not be null"));
        }

        foreach (var (name, value) in members)
        {
            if (shape.Member(name) is not { } member)
                complaints.Add(Complaint(value, Join(path, name), $"{shape.Name} has no such member"));
            else if (value is not null)
                Check(member, value, Join(path, name), complaints);
        }
    }

    private static void CheckString(Shape shape, string text, string path, List<string> complaints)
    {
        CheckRange(shape, text.Length, "length", JsonValue.Create(text), path, complaints);
        if (shape.Enum.Any() && !shape.Enum.Contains(text))
        {
            complaints.Add(Complaint(JsonValue.Create(text), path,
                $"Member must satisfy enum value set: [{string.Join(", ", shape.Enum)}]"));
        }

        if (shape.Pattern is { } pattern && !Matches(pattern, text))
        {
            complaints.Add(Complaint(JsonValue.Create(text), path,
                $"Member must satisfy regular expression pattern: {pattern}"));
        }
    }

    private static bool Matches(string pattern, string text)
    {
        // Java reads \uD800\uDC00-\uDBFF\uDFFF as a range of code points; .NET's classes hold UTF-16 units.
        var units = pattern.Replace(@"\uD800\uDC00-\uDBFF\uDFFF", @"\uD800-\uDFFF", StringComparison.OrdinalIgnoreCase);
        return Regex.IsMatch(text, $@"\A(?:{units})\z", RegexOptions.CultureInvariant,
            TimeSpan.FromSeconds(1));
    }

    private static void CheckRange(
        Shape shape, double size, string what, JsonNode? value, string path, List<string> complaints)
    {
        if (shape.Min is { } min && size < min)
            complaints.Add(Complaint(value, path, $"Member must have {what} greater than or equal to {min}"));
        if (shape.Max is { } max && size > max)
            complaints.Add(Complaint(value, path, $"Member must have {what} less than or equal to {max}"));
    }

    // AWS names members as its Java classes do: instances.instanceFleets.1.member.targetSpotCapacity.
    private static string Join(string path, string name) =>
        (path.Length == 0 ? string.Empty : path + ".") + char.ToLowerInvariant(name[0]) + name[1..];

    private static string Complaint(JsonNode? value, string path, string constraint)
    {
        var shown = value switch
        {
            null => "null",
            JsonValue plain => $"'{Contracts.Printable.Excerpt(plain.ToString())}'",
            _ => $"'{Contracts.Printable.Excerpt(value.ToJsonString())}'",
        };
        return $"Value {shown} at '{path}' failed to satisfy constraint: {constraint}";
    }
}
