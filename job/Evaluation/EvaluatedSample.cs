namespace Pomona.Job.Evaluation;

/// <summary>The sample of a run's images that the report shows and measures, and what was measured.</summary>
/// <param name="Images">The images.</param>
/// <param name="Seed">The seed they were chosen with.</param>
/// <param name="IsEverything">Whether they are all images of the run.</param>
/// <param name="Separation">How well the classes separate, or null where that cannot be measured.</param>
/// <param name="SkippedBecause">Then a sentence that says why.</param>
internal sealed record EvaluatedSample(
    IReadOnlyList<ReportSample> Images,
    int Seed,
    bool IsEverything,
    SeparationReport? Separation,
    string? SkippedBecause)
{
    /// <summary>Measures a sample.</summary>
    /// <param name="images">The images.</param>
    /// <param name="measured">Those of them that are cross-validated: all but those for testing.</param>
    /// <param name="seed">The seed they were chosen with.</param>
    /// <param name="runImages">Images that the whole run has.</param>
    /// <param name="threads">How many threads measure.</param>
    /// <param name="cancellation">Stops the measuring.</param>
    public static EvaluatedSample Of(
        IReadOnlyList<ReportSample> images, IReadOnlyList<ReportSample> measured, int seed, long runImages, int threads, CancellationToken cancellation)
    {
        var skippedBecause = Evaluation.Separation.ReasonToSkip(measured);
        return new EvaluatedSample(
            images,
            seed,
            images.Count == runImages,
            skippedBecause is null ? Evaluation.Separation.Measure(measured, threads, cancellation) : null,
            skippedBecause);
    }
}

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
