namespace Pomona.Job.Evaluation;

/// <summary>One image of the sample that the report shows and measures.</summary>
/// <param name="Image">Its key.</param>
/// <param name="Label">Its class.</param>
/// <param name="Features">What the network said of it, as written to the features; the same count for every image.</param>
/// <param name="Components">What is left after scaling and reduction; the same count for every image, possibly none.</param>
/// <param name="ThumbnailJpeg">A JPEG of at most 64 × 64 pixels, or null where there is none.</param>
internal sealed record ReportSample(
    string Image,
    string Label,
    float[] Features,
    float[] Components,
    byte[]? ThumbnailJpeg);
