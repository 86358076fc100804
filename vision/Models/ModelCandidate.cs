namespace Pomona.Vision.Models;

/// <summary>A model that could be used.</summary>
/// <param name="Origin">Where it is looked for.</param>
/// <param name="Name">For people.</param>
/// <param name="Location">A path or an address, or null.</param>
/// <param name="IsAvailable">It is there, or can be fetched.</param>
/// <param name="Status">One clause: why it is available or not.</param>
/// <param name="Metadata">What it is and expects; null until it has been fetched or imported.</param>
public sealed record ModelCandidate(
    ModelOrigin Origin, string Name, string? Location, bool IsAvailable, string Status, ModelMetadata? Metadata);
