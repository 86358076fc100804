using System.Globalization;
using Pomona.Job.Memory;
using Pomona.Numerics.Classification;

namespace Pomona.Job.Evaluation;

/// <summary>
/// The classifier that a run publishes: a softmax on its standardised components, as <see cref="Separation"/> cross-validates
/// it. The same images give the same bits on every machine, engine and number of threads.
/// </summary>
/// <param name="Labels">The classes' names, in ordinal order.</param>
/// <param name="Weights">Of each class, a number per component, standardisation included.</param>
/// <param name="Intercepts">Of each class.</param>
/// <param name="Images">How many images it was trained on.</param>
internal sealed record RunClassifier(
    IReadOnlyList<string> Labels, IReadOnlyList<double[]> Weights, IReadOnlyList<double> Intercepts, int Images)
{
    /// <summary>Images of a class that are trained on; of more, a seeded sample.</summary>
    public const int MostPerClass = 1_000;

    /// <summary>With more classes there is no classifier: its weights alone would be more than the model's.</summary>
    public const int MostClasses = 1_000;

    private const long MostBytes = 64 << 20;

    // Products in one pass over the images, of which a search takes about a hundred: a minute of one core.
    private const long MostProducts = 1_000_000_000;

    /// <summary>Why there can be no classifier, as a clause; null when there can.</summary>
    /// <param name="imagesPerLabel">The classes of the images to train on.</param>
    /// <param name="components">Numbers per image.</param>
    public static string? ReasonToSkip(IReadOnlyDictionary<string, long> imagesPerLabel, int components) => imagesPerLabel.Count switch
    {
        _ when components == 0 => "there are no components",
        < 2 => "there is only one class",
        > MostClasses => string.Create(
            CultureInfo.InvariantCulture, $"there are {imagesPerLabel.Count:N0} classes, and it is made of at most {MostClasses:N0}"),
        _ => null,
    };

    /// <summary>How many images of each class are trained on: all, or what bounds of memory and time leave, an even share.</summary>
    public static IReadOnlyDictionary<string, int> QuotasFor(IReadOnlyDictionary<string, long> imagesPerLabel, int components)
    {
        var most = Math.Min(MostBytes / (sizeof(float) * (long)components), MostProducts / (imagesPerLabel.Count * (components + 1L)));
        return SampleQuota.For(
            imagesPerLabel.ToDictionary(label => label.Key, label => Math.Min(label.Value, MostPerClass), StringComparer.Ordinal),
            SampleQuota.Seed,
            (int)Math.Clamp(most, imagesPerLabel.Count, int.MaxValue),
            MostClasses);
    }

    /// <summary>Learns.</summary>
    /// <param name="images">The images, in an order of their own: by class, and then by rank.</param>
    /// <param name="threads">How many threads compute.</param>
    /// <param name="cancellation">Stops it.</param>
    public static RunClassifier Fit(IReadOnlyList<SampledImage<float[]>> images, int threads, CancellationToken cancellation)
    {
        string[] labels = [.. images.Select(image => image.Label).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var scaling = new TrainingScaling([.. images.Select(image => image.Place)]);
        var softmax = SoftmaxClassifier.Fit(
            [.. images.Select(image => scaling.Apply(image.Place))],
            [.. images.Select(image => Array.BinarySearch(labels, image.Label, StringComparer.Ordinal))],
            labels.Length,
            cancellation,
            threads);
        Garbage.Collect();

        // Σ w (x − m) f + b = Σ (w f) x + (b − Σ w f m): the standardisation becomes part of the weights.
        var width = scaling.Mean.Length;
        var weights = new double[labels.Length][];
        var intercepts = new double[labels.Length];
        for (var c = 0; c < labels.Length; c++)
        {
            var ofClass = softmax.Weights.Slice(c * (width + 1), width + 1);
            weights[c] = new double[width];
            intercepts[c] = ofClass[width];
            for (var k = 0; k < width; k++)
            {
                weights[c][k] = (double)ofClass[k] * scaling.Factors[k];
                intercepts[c] -= weights[c][k] * scaling.Mean[k];
            }
        }

        return new RunClassifier(labels, weights, intercepts, images.Count);
    }

    /// <summary>The class of an image, as a number of <see cref="Labels"/>; of equally likely ones, the first.</summary>
    public int Classify(ReadOnlySpan<float> components)
    {
        var (best, most) = (0, double.NegativeInfinity);
        for (var c = 0; c < Labels.Count; c++)
        {
            var score = Intercepts[c];
            var weights = Weights[c];
            for (var k = 0; k < weights.Length; k++)
                score += weights[k] * components[k];
            if (score > most)
                (best, most) = (c, score);
        }

        return best;
    }
}
