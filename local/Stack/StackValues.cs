using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pomona.Local.Account;

namespace Pomona.Local.Stack;

/// <summary>
/// What references in a template stand for: parameters, pseudo parameters, and the resources created so far; evaluates
/// CloudFormation's functions. A function that is not known here is an error.
/// </summary>
internal sealed partial class StackValues
{
    private readonly Template _template;
    private readonly Dictionary<string, JsonNode?> _references = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyDictionary<string, string>> _attributes = new(StringComparer.Ordinal);

    public StackValues(Template template, string stackName, IReadOnlyDictionary<string, string> parameters)
    {
        _template = template;
        _references["AWS::AccountId"] = LocalSettings.Account;
        _references["AWS::Region"] = LocalSettings.Region;
        _references["AWS::Partition"] = "aws";
        _references["AWS::URLSuffix"] = "amazonaws.com";
        _references["AWS::StackName"] = stackName;
        _references["AWS::StackId"] = CreatedStack.IdOf(stackName);
        foreach (var unknown in parameters.Keys.Where(name => !template.Parameters.ContainsKey(name)))
            throw new LocalCloudException($"the template has no parameter '{unknown}'.");
        foreach (var (name, definition) in template.Parameters)
            _references[name] = ParameterValue.Of(name, definition!.AsObject(), parameters.GetValueOrDefault(name));
    }

    /// <summary>The values of the template's parameters, as CloudFormation shows them: lists with commas.</summary>
    public IReadOnlyDictionary<string, string> Parameters => _template.Parameters.ToDictionary(
        parameter => parameter.Key,
        parameter => _references[parameter.Key] is JsonArray several ? string.Join(',', several) : _references[parameter.Key]?.ToString() ?? string.Empty,
        StringComparer.Ordinal);

    /// <summary>Makes a created resource known.</summary>
    public void Add(string logicalId, CreatedResource resource)
    {
        _references[logicalId] = resource.Reference;
        _attributes[logicalId] = resource.Attributes;
    }

    public bool Holds(string condition) => _template.Conditions[condition] is { } expression
        ? (bool)Resolve(expression)!
        : throw new LocalCloudException($"the template has no condition '{condition}'.");

    /// <summary>The value with every function evaluated; null where a member is to be left out.</summary>
    public JsonNode? Resolve(JsonNode? value)
    {
        switch (value)
        {
            case JsonObject call when IsCall(call):
                return Call(call.First().Key, call.First().Value!);
            case JsonObject members:
                var resolved = new JsonObject();
                foreach (var (name, member) in members)
                {
                    if (Resolve(member) is { } kept)
                        resolved[name] = kept;
                }

                return resolved;
            case JsonArray elements:
                return new JsonArray([.. elements.Select(Resolve).Where(element => element is not null)]);
            default:
                return value?.DeepClone();
        }
    }

    /// <summary>The logical ids of the resources that the value refers to.</summary>
    public IEnumerable<string> References(JsonNode? value) => value switch
    {
        JsonObject { Count: 1 } single when single["Ref"] is JsonValue name => Resource((string)name!),
        JsonObject { Count: 1 } single when single["Fn::GetAtt"] is { } attribute => Resource(AttributeOf(attribute).Id),
        JsonObject { Count: 1 } single when single["Fn::Sub"] is { } text =>
            Placeholder().Matches((string)(text is JsonArray parts ? parts[0] : text)!)
                .SelectMany(match => Resource(match.Groups[1].Value.Split('.')[0]))
                .Concat(text is JsonArray several ? References(several[1]) : []),
        JsonObject members => members.SelectMany(member => References(member.Value)),
        JsonArray elements => elements.SelectMany(References),
        _ => [],
    };

    private static bool IsCall(JsonObject value) => value.Count == 1
        && value.First().Key is var name && (name is "Ref" or "Condition" || name.StartsWith("Fn::", StringComparison.Ordinal));

    private IEnumerable<string> Resource(string name) => _template.Resources.ContainsKey(name) ? [name] : [];

    private JsonNode? Call(string function, JsonNode argument) => function switch
    {
        "Ref" => Reference((string)argument!),
        "Condition" => Holds((string)argument!),
        "Fn::GetAtt" => Attribute(argument),
        "Fn::Sub" => Substitute(argument),
        "Fn::Join" => string.Join((string)argument[0]!, Resolve(argument[1])!.AsArray().Select(part => part!.ToString())),
        "Fn::If" => Resolve(argument[Holds((string)argument[0]!) ? 1 : 2]),
        "Fn::Equals" => Resolve(argument[0])!.ToString() == Resolve(argument[1])!.ToString(),
        "Fn::Not" => !(bool)Resolve(argument[0])!,
        "Fn::And" => argument.AsArray().All(part => (bool)Resolve(part)!),
        "Fn::Or" => argument.AsArray().Any(part => (bool)Resolve(part)!),
        "Fn::Select" => Resolve(argument[1])!.AsArray()[int.Parse(argument[0]!.ToString(), System.Globalization.CultureInfo.InvariantCulture)]?.DeepClone(),
        "Fn::Split" => new JsonArray([.. Resolve(argument[1])!.ToString().Split((string)argument[0]!).Select(part => (JsonNode)part)]),
        _ => throw new LocalCloudException($"the template uses {function}, which the local cloud does not know."),
    };

    private JsonNode? Reference(string name)
    {
        if (name == "AWS::NoValue")
            return null;
        return _references.TryGetValue(name, out var value)
            ? value?.DeepClone()
            : throw new LocalCloudException($"the template refers to '{name}', which is neither a parameter nor a resource before it.");
    }

    private JsonValue Attribute(JsonNode argument)
    {
        var (id, name) = AttributeOf(argument);
        return _attributes.TryGetValue(id, out var attributes) && attributes.TryGetValue(name, out var value)
            ? JsonValue.Create(value)
            : throw new LocalCloudException($"the template asks for {id}.{name}, which the local cloud does not know.");
    }

    private JsonValue Substitute(JsonNode argument)
    {
        var own = argument is JsonArray pair ? pair[1]!.AsObject() : [];
        var text = (string)(argument is JsonArray parts ? parts[0] : argument)!;
        return JsonValue.Create(Placeholder().Replace(text, match =>
        {
            var name = match.Groups[1].Value;
            // ${!Literal} stands for ${Literal}.
            if (name.StartsWith('!'))
                return $"${{{name[1..]}}}";
            var value = own.ContainsKey(name) ? Resolve(own[name])
                : name.Contains('.', StringComparison.Ordinal) ? Attribute(name)
                : Reference(name);
            return value?.ToString() ?? string.Empty;
        }));
    }

    private static (string Id, string Name) AttributeOf(JsonNode argument)
    {
        if (argument is JsonArray parts)
            return ((string)parts[0]!, (string)parts[1]!);
        var text = (string)argument!;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        return (text[..dot], text[(dot + 1)..]);
    }

    [GeneratedRegex(@"\$\{([^}]+)\}")]
    private static partial Regex Placeholder();
}
