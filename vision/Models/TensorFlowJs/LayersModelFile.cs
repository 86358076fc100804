using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Pomona.Vision.Models.TensorFlowJs;

/// <summary>model.json of a TensorFlow.js layers model, as far as it is read.</summary>
internal sealed record LayersModelFile
{
    [JsonPropertyName("modelTopology")]
    public required TopologyPart Topology { get; init; }

    [JsonPropertyName("weightsManifest")]
    public required IReadOnlyList<WeightGroupPart> WeightGroups { get; init; }

    internal sealed record TopologyPart
    {
        [JsonPropertyName("model_config")]
        public required ModelPart Model { get; init; }
    }

    internal sealed record ModelPart
    {
        [JsonPropertyName("class_name")]
        public required string Kind { get; init; }

        [JsonPropertyName("config")]
        public required ModelConfigPart Config { get; init; }
    }

    internal sealed record ModelConfigPart
    {
        [JsonPropertyName("layers")]
        public required IReadOnlyList<LayerPart> Layers { get; init; }
    }

    internal sealed record LayerPart
    {
        [JsonPropertyName("name")]
        public required string Name { get; init; }

        [JsonPropertyName("class_name")]
        public required string Kind { get; init; }

        [JsonPropertyName("config")]
        public required JsonObject Config { get; init; }

        /// <summary>Of each use of the layer, its inputs, each as [layer, node, tensor, arguments].</summary>
        [JsonPropertyName("inbound_nodes")]
        public required IReadOnlyList<IReadOnlyList<JsonArray>> Uses { get; init; }
    }

    internal sealed record WeightGroupPart
    {
        [JsonPropertyName("paths")]
        public required IReadOnlyList<string> Paths { get; init; }

        [JsonPropertyName("weights")]
        public required IReadOnlyList<WeightPart> Weights { get; init; }
    }

    internal sealed record WeightPart
    {
        [JsonPropertyName("name")]
        public required string Name { get; init; }

        [JsonPropertyName("shape")]
        public required int[] Shape { get; init; }

        [JsonPropertyName("dtype")]
        public required string Type { get; init; }

        [JsonPropertyName("quantization")]
        public QuantizationPart? Quantization { get; init; }
    }

    internal sealed record QuantizationPart
    {
        [JsonPropertyName("dtype")]
        public required string Type { get; init; }

        [JsonPropertyName("scale")]
        public double Scale { get; init; } = 1;

        [JsonPropertyName("min")]
        public double Min { get; init; }
    }
}

/// <summary>How model.json is read; what is not needed of it is ignored.</summary>
[JsonSerializable(typeof(LayersModelFile))]
internal sealed partial class LayersModelJson : JsonSerializerContext;
