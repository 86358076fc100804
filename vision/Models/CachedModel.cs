namespace Pomona.Vision.Models;

/// <summary>A model in the cache whose bytes are those that its description names.</summary>
/// <param name="Name">Of its files, without the extension.</param>
/// <param name="Path">Its .onnx file.</param>
/// <param name="Metadata">What it is and expects.</param>
/// <param name="SourceSha256">Of what it was made from.</param>
public sealed record CachedModel(string Name, string Path, ModelMetadata Metadata, string? SourceSha256);
