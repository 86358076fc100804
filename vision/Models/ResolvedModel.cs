namespace Pomona.Vision.Models;

/// <summary>The model that a run uses.</summary>
/// <param name="Path">A local .onnx file that ends in features.</param>
/// <param name="Metadata">What it is and what it expects.</param>
/// <param name="Why">One sentence: which model this is and why it was chosen.</param>
public sealed record ResolvedModel(string Path, ModelMetadata Metadata, string Why);
