using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pomona.Local.EventBridge;

/// <summary>
/// An EventBridge pattern: every field it names must match one of its values. What it does not know, it refuses, so that
/// a rule never silently matches less or more than on AWS.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html</remarks>
internal static class EventPattern
{
    private static readonly TimeSpan MatchLimit = TimeSpan.FromSeconds(1);

    /// <exception cref="NotSupportedException">The pattern uses an operator that is not known here.</exception>
    public static bool Matches(JsonObject pattern, JsonNode? value)
    {
        foreach (var (name, wanted) in pattern)
        {
            if (name == "$or")
            {
                if (!wanted!.AsArray().Any(alternative => Matches(alternative!.AsObject(), value)))
                    return false;
                continue;
            }

            var present = (value as JsonObject)?.ContainsKey(name) ?? false;
            var field = (value as JsonObject)?[name];
            var matches = wanted switch
            {
                JsonObject inner => Matches(inner, field),
                JsonArray choices => choices.Any(choice => AnyMatches(choice, field, present)),
                _ => throw new NotSupportedException($"the pattern's field '{name}' is neither an object nor a list."),
            };
            if (!matches)
                return false;
        }

        return true;
    }

    /// <summary>Refuses a pattern that could not be followed.</summary>
    /// <exception cref="NotSupportedException">It uses an operator that is not known here, or is no pattern.</exception>
    public static void Check(JsonNode? pattern)
    {
        if (pattern is not JsonObject fields)
            throw new NotSupportedException("an event pattern is a JSON object.");
        foreach (var (name, wanted) in fields)
        {
            if (name == "$or" && wanted is JsonArray alternatives)
            {
                foreach (var alternative in alternatives)
                    Check(alternative);
            }
            else if (wanted is JsonArray choices)
            {
                foreach (var choice in choices)
                    CheckOne(choice);
            }
            else if (wanted is JsonObject)
            {
                Check(wanted);
            }
            else
            {
                throw new NotSupportedException($"the pattern's field '{name}' is neither an object nor a list.");
            }
        }
    }

    private static void CheckOne(JsonNode? choice)
    {
        switch (choice)
        {
            case JsonObject { Count: not 1 }:
                throw new NotSupportedException("an event pattern's operator stands alone in its object.");
            case JsonObject operation:
                var (name, operand) = operation.Single();
                var known = name switch
                {
                    "exists" => operand?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
                    "prefix" or "suffix" or "equals-ignore-case" or "wildcard" => operand?.GetValueKind() == JsonValueKind.String,
                    "numeric" => operand is JsonArray bounds && AreBounds(bounds),
                    "anything-but" => operand is not null,
                    _ => false,
                };
                if (!known)
                    throw new NotSupportedException($"the local cloud's event patterns do not know {operation.ToJsonString()}.");
                if (name == "anything-but" && operand is JsonObject)
                    CheckOne(operand);
                break;
            case JsonArray:
                throw new NotSupportedException("an event pattern's list holds values and operators, no lists.");
        }
    }

    private static bool AreBounds(JsonArray bounds) => bounds is { Count: 2 or 4 }
        && bounds.Index().All(bound => bound.Index % 2 == 0
            ? bound.Item?.ToString() is "=" or "<" or "<=" or ">" or ">="
            : bound.Item?.GetValueKind() == JsonValueKind.Number);

    // A list in the event matches when one of its elements does.
    private static bool AnyMatches(JsonNode? choice, JsonNode? field, bool present) => field is JsonArray elements
        ? elements.Any(element => MatchesOne(choice, element, present))
        : MatchesOne(choice, field, present);

    private static bool MatchesOne(JsonNode? choice, JsonNode? field, bool present)
    {
        if (choice is not JsonObject operation)
            return present && JsonNode.DeepEquals(choice, field);
        var (name, operand) = operation.Single();
        return name switch
        {
            "exists" => present == (bool)operand!,
            "prefix" => Text(field)?.StartsWith((string)operand!, StringComparison.Ordinal) ?? false,
            "suffix" => Text(field)?.EndsWith((string)operand!, StringComparison.Ordinal) ?? false,
            "equals-ignore-case" => string.Equals(Text(field), (string)operand!, StringComparison.OrdinalIgnoreCase),
            "wildcard" => Text(field) is { } text && Regex.IsMatch(
                text, $"\\A{Regex.Escape((string)operand!).Replace("\\*", ".*", StringComparison.Ordinal)}\\z", RegexOptions.Singleline, MatchLimit),
            "anything-but" => present && operand switch
            {
                JsonArray several => !several.Any(one => JsonNode.DeepEquals(one, field)),
                JsonObject => !MatchesOne(operand, field, present),
                _ => !JsonNode.DeepEquals(operand, field),
            },
            "numeric" => field?.GetValueKind() == JsonValueKind.Number && Compares(operand!.AsArray(), Number(field)),
            _ => throw new NotSupportedException($"the local cloud's event patterns do not know '{name}'."),
        };
    }

    private static bool Compares(JsonArray bounds, double value)
    {
        for (var i = 0; i + 1 < bounds.Count; i += 2)
        {
            var bound = Number(bounds[i + 1]!);
            var holds = (string)bounds[i]! switch
            {
                "=" => value == bound,
                "<" => value < bound,
                "<=" => value <= bound,
                ">" => value > bound,
                ">=" => value >= bound,
                var other => throw new NotSupportedException($"'{other}' is no numeric comparison."),
            };
            if (!holds)
                return false;
        }

        return true;
    }

    // Not GetValue: a node that was made from an int in memory refuses to be a double.
    private static double Number(JsonNode number) => double.Parse(number.ToJsonString(), CultureInfo.InvariantCulture);

    private static string? Text(JsonNode? field) => field?.GetValueKind() == JsonValueKind.String ? (string)field! : null;
}
