using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pomona.Vision.Models.TensorFlowJs;

/// <summary>A TensorFlow.js layers model: Keras's topology and its weights.</summary>
/// <param name="Layers">In the model's order.</param>
/// <param name="Weights">By name: <c>Conv1/kernel</c>.</param>
internal sealed record LayersModel(IReadOnlyList<KerasLayer> Layers, IReadOnlyDictionary<string, WeightTensor> Weights)
{
    /// <param name="model">The content of model.json.</param>
    /// <param name="shards">The weight files that it names.</param>
    /// <exception cref="FormatException">It is not a functional Keras model with all its weights.</exception>
    public static LayersModel Read(JsonNode? model, IReadOnlyDictionary<string, byte[]> shards)
    {
        LayersModelFile file;
        try
        {
            file = model.Deserialize(LayersModelJson.Default.LayersModelFile) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw new FormatException($"it is not a TensorFlow.js layers model ({e.Message})", e);
        }

        var kind = file.Topology.Model.Kind;
        return kind is "Model" or "Functional"
            ? new LayersModel(
                [.. file.Topology.Model.Config.Layers.Select(Layer)],
                WeightsManifest.Read(file.WeightGroups, shards))
            : throw new FormatException($"it is a {kind} model, not a functional one");
    }

    private static KerasLayer Layer(LayersModelFile.LayerPart layer)
    {
        if (layer.Uses.Count > 1)
            throw new FormatException($"its layer {layer.Name} is used more than once");
        return new KerasLayer(layer.Name, layer.Kind, layer.Config, layer.Uses.Count == 0 ? [] : [.. layer.Uses[0].Select(Name)]);

        string Name(JsonArray input)
            => input.Count > 0 && input[0] is JsonValue value && value.TryGetValue<string>(out var name)
                ? name
                : throw new FormatException($"its layer {layer.Name} takes something that has no name");
    }
}
