using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pomona.Local.Account;

namespace Pomona.Local.Stack;

/// <summary>A template parameter's value, checked as CloudFormation checks it.</summary>
internal static class ParameterValue
{
    private static readonly TimeSpan MatchLimit = TimeSpan.FromSeconds(1);

    /// <summary>The given value or the default.</summary>
    /// <exception cref="LocalCloudException">There is neither, or it is not allowed.</exception>
    public static JsonNode Of(string name, JsonObject definition, string? given)
    {
        var text = given ?? definition["Default"]?.ToString()
            ?? throw new LocalCloudException($"the template's parameter {name} has no default: give it a value.");
        if (definition["AllowedValues"] is JsonArray allowed && !allowed.Any(value => value!.ToString() == text))
            throw Refused(name, text, definition, $"one of {string.Join(", ", allowed.Select(value => value!.ToString()))}");
        if ((string?)definition["AllowedPattern"] is { } pattern && !Regex.IsMatch(text, $"\\A(?:{pattern})\\z", RegexOptions.None, MatchLimit))
            throw Refused(name, text, definition, pattern);
        if ((string?)definition["Type"] == "Number")
        {
            if (!double.TryParse(text, CultureInfo.InvariantCulture, out var number)
                || number < (double?)Number(definition["MinValue"]) || number > (double?)Number(definition["MaxValue"]))
                throw Refused(name, text, definition, $"a number from {definition["MinValue"]} to {definition["MaxValue"]}");
        }

        var type = (string)definition["Type"]!;
        return type == "CommaDelimitedList" || type.StartsWith("List<", StringComparison.Ordinal)
            ? new JsonArray([.. text.Split(',').Select(part => (JsonNode)part.Trim())])
            : JsonValue.Create(text);
    }

    private static double? Number(JsonNode? node) =>
        node is null ? null : double.Parse(node.ToString(), CultureInfo.InvariantCulture);

    private static LocalCloudException Refused(string name, string text, JsonObject definition, string rule) => new(
        $"'{Contracts.Printable.Excerpt(text)}' is not allowed for the parameter {name}: "
        + $"{(string?)definition["ConstraintDescription"] ?? $"must be {rule}"}.");
}
