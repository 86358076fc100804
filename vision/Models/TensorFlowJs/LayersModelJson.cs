using System.Text.Json.Serialization;

namespace Pomona.Vision.Models.TensorFlowJs;

/// <summary>How model.json is read; what is not needed of it is ignored.</summary>
[JsonSerializable(typeof(LayersModelFile))]
internal sealed partial class LayersModelJson : JsonSerializerContext;
