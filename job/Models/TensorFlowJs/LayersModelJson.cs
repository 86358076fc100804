using System.Text.Json.Serialization;

namespace Pomona.Job.Models.TensorFlowJs;

/// <summary>How model.json is read; what is not needed of it is ignored.</summary>
[JsonSerializable(typeof(LayersModelFile))]
internal sealed partial class LayersModelJson : JsonSerializerContext;
