namespace Pomona.Contracts;

/// <summary>An image that gave no features: a line of <see cref="RunLayout.Rejected"/>.</summary>
/// <param name="Image">The image's key, as in its <see cref="ManifestEntry"/>.</param>
/// <param name="Reason">One clause that says what was wrong.</param>
public sealed record RejectedImage(string Image, string Reason);
