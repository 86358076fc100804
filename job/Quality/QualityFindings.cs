using Pomona.Contracts;
using Pomona.Job.Memory;

namespace Pomona.Job.Quality;

/// <summary>All that may be wrong with a run's images.</summary>
/// <param name="Ordered">The findings, the most sure first.</param>
/// <param name="Examined">How many images were looked through for all but equal files.</param>
/// <param name="Notes">What was not looked through, as sentences.</param>
internal sealed record QualityFindings(IReadOnlyList<Finding> Ordered, long Examined, IReadOnlyList<string> Notes)
{
    /// <summary>Looks images through. The same images give the same findings on every engine and processor, with any number of threads.</summary>
    /// <param name="images">All, or a sample.</param>
    /// <param name="copies">Of all images, those that share their hash with another, in the order of their keys.</param>
    /// <param name="photographs">Of photographs, their features; null where there are none.</param>
    /// <param name="seed">Seeds what is sampled, and the folds.</param>
    /// <param name="threads">How many threads compute.</param>
    /// <param name="cancellation">Stops it.</param>
    public static QualityFindings Of(
        ExaminedImages images,
        IEnumerable<HashedImage> copies,
        PhotographFeatures? photographs,
        int seed,
        int threads,
        CancellationToken cancellation)
    {
        var (near, areAlike) = NearDuplicates.Find(images, photographs, threads, cancellation);
        Garbage.Collect();
        var standardised = StandardisedComponents.Of(images);
        var (labels, note) = DoubtfulLabels.Find(images, standardised, seed, threads, cancellation);
        Garbage.Collect();
        List<Finding> findings =
        [
            .. ExactDuplicates.Find(copies),
            .. near,
            .. labels,
            .. ClassOutliers.Find(images, standardised, seed, threads, cancellation),
            .. Blur.Find(images),
            .. Exposure.Find(images),
            .. OddSizes.Find(images),
        ];
        findings.Sort(FindingOrder.Instance);
        var notes = new List<string>();
        if (areAlike)
            notes.Add("Cropped copies were not looked for: the photographs are too alike for their features to tell.");
        if (note is not null)
            notes.Add(note);
        return new QualityFindings(findings, images.Count, notes);
    }
}
