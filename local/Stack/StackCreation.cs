using System.Text.Json.Nodes;
using Pomona.Local.Account;
using Pomona.Local.Aws;

namespace Pomona.Local.Stack;

/// <summary>Creates all resources of a template, each after those it refers to.</summary>
internal sealed class StackCreation(IEnumerable<IResourceType> types, CreatedStacks stacks, TimeProvider time)
{
    private readonly Dictionary<string, IResourceType> _types = types.ToDictionary(type => type.Name, StringComparer.Ordinal);

    /// <summary>Creates the stack.</summary>
    /// <param name="template">The translated template.</param>
    /// <param name="name">The stack's name.</param>
    /// <param name="parameters">Values for parameters without, or instead of, defaults.</param>
    /// <param name="progress">Told of each resource before it is created.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The stack.</returns>
    /// <exception cref="LocalCloudException">The template holds something that cannot be created here.</exception>
    public async Task<CreatedStack> CreateAsync(
        Template template, string name, IReadOnlyDictionary<string, string> parameters, Action<string> progress,
        CancellationToken cancellation)
    {
        var values = new StackValues(template, name, parameters);
        var created = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (id, resource) in InOrder(template, values))
        {
            var type = (string)resource["Type"]!;
            progress(id);
            var properties = new Properties($"{id} ({type})", values.Resolve(resource["Properties"])?.AsObject() ?? []);
            CreatedResource made;
            try
            {
                made = await Type(id, type).CreateAsync(id, properties, cancellation);
            }
            catch (Exception fault) when (fault is AwsCallException or ArgumentException)
            {
                throw new LocalCloudException($"{id} ({type}) could not be created: {fault.Message}", fault);
            }

            properties.End();
            values.Add(id, made);
            created[id] = made.Reference;
        }

        var outputs = template.Outputs.ToDictionary(
            output => output.Key, output => values.Resolve(output.Value!["Value"])!.ToString(), StringComparer.Ordinal);
        var kinds = created.Keys.ToDictionary(id => id, id => (string)template.Resources[id]!["Type"]!, StringComparer.Ordinal);
        var stack = new CreatedStack(name, created, kinds, values.Parameters, outputs, time.GetUtcNow());
        stacks.Add(stack);
        return stack;
    }

    /// <summary>The resources whose condition holds, each after those that it needs.</summary>
    /// <exception cref="LocalCloudException">Two resources need each other, or one has an attribute nobody knows.</exception>
    private static List<(string Id, JsonObject Resource)> InOrder(Template template, StackValues values)
    {
        var ordered = new List<(string, JsonObject)>();
        var seen = new Dictionary<string, bool>(StringComparer.Ordinal);

        void Visit(string id)
        {
            if (seen.TryGetValue(id, out var done))
            {
                if (!done)
                    throw new LocalCloudException($"the template's resources need each other in a circle, through {id}.");
                return;
            }

            var resource = template.Resources[id]!.AsObject();
            if ((string?)resource["Condition"] is { } condition && !values.Holds(condition))
            {
                seen[id] = true;
                return;
            }

            seen[id] = false;
            foreach (var (attribute, _) in resource)
            {
                if (attribute is not ("Type" or "Properties" or "DependsOn" or "Condition" or "DeletionPolicy" or "UpdateReplacePolicy" or "Metadata"))
                    throw new LocalCloudException($"{id} has {attribute}, which the local cloud does not know.");
            }

            var needed = resource["DependsOn"] switch
            {
                JsonArray several => several.Select(other => (string)other!),
                JsonValue one => [(string)one!],
                _ => [],
            };
            foreach (var other in needed.Concat(values.References(resource["Properties"])).Distinct(StringComparer.Ordinal))
                Visit(other);
            seen[id] = true;
            ordered.Add((id, resource));
        }

        foreach (var (id, _) in template.Resources)
            Visit(id);
        return ordered;
    }

    private IResourceType Type(string id, string type) => _types.GetValueOrDefault(type)
        ?? throw new LocalCloudException($"{id} is of the type {type}, which the local cloud cannot create: see docs/local-cloud.md.");
}
