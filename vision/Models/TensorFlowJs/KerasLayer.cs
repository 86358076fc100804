using System.Text.Json.Nodes;

namespace Pomona.Vision.Models.TensorFlowJs;

/// <summary>One layer of a Keras model's topology.</summary>
/// <param name="Name">Unique in the model.</param>
/// <param name="Kind">Keras's class: <c>Conv2D</c>.</param>
/// <param name="Config">Keras's settings of the layer.</param>
/// <param name="Inputs">The names of the layers that it takes.</param>
internal sealed record KerasLayer(string Name, string Kind, JsonObject Config, IReadOnlyList<string> Inputs)
{
    /// <summary>A setting that is a text; null when it is null or absent.</summary>
    public string? Text(string setting) => Read<string>(setting);

    /// <summary>A setting that is a number; null when it is null or absent.</summary>
    public double? Number(string setting) => Config[setting] is null ? null : Read<double>(setting);

    /// <summary>A setting that is true or false; null when it is null or absent.</summary>
    public bool? Flag(string setting) => Config[setting] is null ? null : Read<bool>(setting);

    /// <summary>A setting that is a whole number for both directions, or one for each: vertical, horizontal.</summary>
    /// <param name="setting">The setting's name.</param>
    /// <param name="otherwise">What Keras takes when it is absent.</param>
    public (int Vertical, int Horizontal) Pair(string setting, int otherwise)
    {
        if (Config[setting] is not JsonArray pair)
            return ((int)(Number(setting) ?? otherwise), (int)(Number(setting) ?? otherwise));
        return pair.Count is 1 or 2 ? (Integer(pair[0], setting), Integer(pair[^1], setting)) : throw Wrong(setting);
    }

    /// <summary>A setting that is a list of whole numbers, where null stands for any.</summary>
    public int?[] Lengths(string setting) => Config[setting] is JsonArray list
        ? [.. list.Select(length => length is null ? (int?)null : Integer(length, setting))]
        : throw Wrong(setting);

    /// <summary>The zeros around an image: [[top, bottom], [left, right]].</summary>
    public SpatialPadding Zeros()
        => Config["padding"] is JsonArray { Count: 2 } sides && sides.All(side => side is JsonArray { Count: 2 })
            ? new SpatialPadding(Zero(sides, 0, 0), Zero(sides, 1, 0), Zero(sides, 0, 1), Zero(sides, 1, 1))
            : throw Wrong("padding");

    private int Zero(JsonArray sides, int axis, int end) => Integer(sides[axis]!.AsArray()[end], "padding");

    private int Integer(JsonNode? node, string setting)
        => node is JsonValue value && value.TryGetValue<double>(out var number) && number == (int)number
            ? (int)number
            : throw Wrong(setting);

    private T? Read<T>(string setting) => Config[setting] switch
    {
        null => default,
        JsonValue node when node.TryGetValue<T>(out var value) => value,
        _ => throw Wrong(setting),
    };

    private FormatException Wrong(string setting) => new($"its layer {Name} has a {setting} that is not understood");
}
