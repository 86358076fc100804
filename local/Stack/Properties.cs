using System.Globalization;
using System.Text.Json.Nodes;
using Pomona.Local.Account;

namespace Pomona.Local.Stack;

/// <summary>
/// A resource's properties while it is created: whoever creates it takes each one it understands, and what is left over at
/// the end is an error. So no property of the template is ever ignored in silence.
/// </summary>
internal sealed class Properties(string path, JsonObject values)
{
    private readonly HashSet<string> _left = values.Select(member => member.Key).ToHashSet(StringComparer.Ordinal);

    public string Path => path;

    /// <summary>A property; null when it is not there.</summary>
    public JsonNode? Take(string name)
    {
        _left.Remove(name);
        return values[name]?.DeepClone();
    }

    /// <summary>A property as text; null when it is not there.</summary>
    public string? Text(string name) => Take(name)?.ToString();

    /// <summary>A property as text that must be there.</summary>
    public string Required(string name) =>
        Text(name) ?? throw new LocalCloudException($"{path} has no {name}.");

    /// <summary>A property as a whole number.</summary>
    public int Number(string name, int otherwise) =>
        Text(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>A property's own properties; empty when it is not there.</summary>
    public Properties Inner(string name) => new($"{path}.{name}", Take(name) as JsonObject ?? []);

    /// <summary>A property's elements, each with its own properties.</summary>
    public IReadOnlyList<Properties> Each(string name) => [.. (Take(name) as JsonArray ?? [])
        .Select((element, i) => new Properties($"{path}.{name}[{i}]", element!.AsObject()))];

    /// <summary>Takes the named properties, when they are there, into an API request of the same names.</summary>
    public JsonObject Request(params string[] names)
    {
        var request = new JsonObject();
        foreach (var name in names)
        {
            if (Take(name) is { } value)
                request[name] = value;
        }

        return request;
    }

    /// <summary>Takes properties that have no meaning on one laptop; <paramref name="because"/> says why.</summary>
    public void Skip(string because, params string[] names)
    {
        ArgumentException.ThrowIfNullOrEmpty(because);
        foreach (var name in names)
            _left.Remove(name);
    }

    /// <summary>Makes sure that nothing was overlooked.</summary>
    /// <exception cref="LocalCloudException">A property is left.</exception>
    public void End()
    {
        if (_left.Count > 0)
        {
            throw new LocalCloudException(
                $"{path} has {string.Join(", ", _left.Order(StringComparer.Ordinal))}, which the local cloud does not know: "
                + "see docs/local-cloud.md.");
        }
    }
}
