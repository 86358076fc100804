using System.Globalization;
using Pomona.Contracts;
using Pomona.Numerics.Classification;
using Pomona.Numerics.Randomness;

namespace Pomona.Job.Quality;

/// <summary>
/// Images that look like another class than their own: as many per pair of classes as confident learning's noise matrix says
/// (Northcutt, Jiang and Chuang, JAIR 70, 2021), by probabilities of a classifier that has not seen the image.
/// </summary>
internal static class DoubtfulLabels
{
    /// <summary>A class with fewer images is left out: each of five folds needs one.</summary>
    public const int LeastOfClass = 5;

    /// <summary>With more classes labels are not looked through.</summary>
    public const int MostClasses = 1_000;

    /// <summary>Images times classes; of more images a seeded sample is looked through.</summary>
    public const long MostProbabilities = 32 << 20;

    /// <summary>The findings, the least self-confident first.</summary>
    /// <param name="images">The images.</param>
    /// <param name="standardised">Their components, each of unit variance (<see cref="StandardisedComponents"/>).</param>
    /// <param name="seed">Another seed takes other samples and folds.</param>
    /// <param name="threads">How many threads compute.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The findings, and a sentence where not all labels were looked through.</returns>
    public static (IReadOnlyList<Finding> Findings, string? Note) Find(
        ExaminedImages images, float[] standardised, int seed, int threads, CancellationToken cancellation)
    {
        var width = images.Width;
        var classes = images.ByClass().Where(static ofClass => ofClass.Count >= LeastOfClass).ToArray();
        if (width == 0)
            return ([], "Labels were not looked through: there are no components.");
        if (images.Classes.Count < 2)
            return ([], "Labels were not looked through: there is only one class.");
        if (classes.Length < 2)
            return ([], $"Labels were not looked through: fewer than two classes have {LeastOfClass} images.");
        if (classes.Length > MostClasses)
            return ([], string.Create(CultureInfo.InvariantCulture, $"Labels were not looked through: there are {classes.Length:N0} classes, and at most {MostClasses:N0} are compared."));

        int[] rows = [.. classes.SelectMany(static ofClass => ofClass)];
        var (all, most) = (rows.Length, (int)(MostProbabilities / classes.Length));
        if (all > most)
        {
            // The same share of every class, and at least what its folds need.
            rows = [.. classes.SelectMany(ofClass => ofClass
                .OrderBy(image => SplitMix64.Hash(seed, images.Images[image])).ThenBy(static image => image)
                .Take(Math.Max(LeastOfClass, (int)((long)ofClass.Count * most / all))))];
        }

        Array.Sort(rows);
        int[] numbers = [.. classes.Select(ofClass => images.Labels[ofClass[0]])];
        var given = Array.ConvertAll(rows, image => Array.BinarySearch(numbers, images.Labels[image]));
        var values = new float[rows.Length * width];
        for (var i = 0; i < rows.Length; i++)
            standardised.AsSpan(rows[i] * width, width).CopyTo(values.AsSpan(i * width));
        var probabilities = OutOfFoldProbabilities.Compute(values, width, given, classes.Length, (ulong)seed, threads, cancellation);
        return (
            [.. ConfidentLearning.Find(given, probabilities, classes.Length).Select(doubt => new Finding(
                FindingKind.Label,
                images.Images[rows[doubt.Row]],
                images.LabelOf(rows[doubt.Row]),
                Sureness.Rounded(1 - doubt.SelfConfidence),
                Suggested: images.Classes[numbers[doubt.Suggested]]))],
            rows.Length == all
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"Labels were looked through on a seeded sample of {rows.Length:N0} of {all:N0} images."));
    }
}
