using System.Collections.Concurrent;
using System.Globalization;
using Pomona.Job.Memory;
using Pomona.Numerics.Classification;
using Pomona.Numerics.Randomness;

namespace Pomona.Job.Evaluation;

/// <summary>
/// Measures how well the classes separate: stratified 5-fold cross-validation of a nearest-neighbour vote and of a softmax
/// classifier, on the components and on all features. Inside a fold the numbers are standardised by the training part alone;
/// the components themselves come from the whole run's scaler and PCA, which never saw a label. The result depends on the
/// sample's images, not on their order.
/// </summary>
internal static class Separation
{
    /// <summary>How many folds; a class with fewer images is left out.</summary>
    public const int Folds = 5;

    /// <summary>The name of the classifier that a run publishes, on its components.</summary>
    public const string Softmax = "Softmax classifier";

    private const int Seed = 1;

    /// <summary>Why <see cref="Measure"/> cannot be asked about this sample, as a sentence; null when it can.</summary>
    public static string? ReasonToSkip(IReadOnlyList<ReportSample> sample)
    {
        var classes = Count(sample);
        return classes.Count < 2
            ? "There is only one class, and so nothing to tell apart."
            : classes.Count(label => label.Value >= Folds) < 2
                ? $"Fewer than two classes have the {Folds} images that {Folds}-fold cross-validation needs."
                : null;
    }

    /// <param name="sample">Images for which <see cref="ReasonToSkip"/> is null.</param>
    /// <param name="threads">How many folds at once.</param>
    /// <param name="cancellation">Stops the measuring.</param>
    public static SeparationReport Measure(IReadOnlyList<ReportSample> sample, int threads, CancellationToken cancellation)
    {
        if (ReasonToSkip(sample) is { } reason)
            throw new ArgumentException(reason, nameof(sample));

        var counts = Count(sample);
        var classes = counts.Where(label => label.Value >= Folds).Select(label => label.Key).Order(StringComparer.Ordinal).ToArray();
        var images = sample
            .Where(image => counts[image.Label] >= Folds)
            .OrderBy(image => SplitMix64.Hash(Seed, image.Image))
            .ThenBy(image => image.Image, StringComparer.Ordinal)
            .ToArray();
        var labels = Array.ConvertAll(images, image => Array.BinarySearch(classes, image.Label, StringComparer.Ordinal));
        var folds = StratifiedFolds.Assign(labels, classes.Length, Folds, Seed);

        (string Name, float[][] Rows)[] inputs =
        [
            (Named(images[0].Components.Length, "component"), Array.ConvertAll(images, image => image.Components)),
            (Named(images[0].Features.Length, "feature"), Array.ConvertAll(images, image => image.Features)),
        ];
        var judged = inputs.Where(input => input.Rows[0].Length > 0)
            .Select(input => (input.Name, input.Rows, Neighbours: new int[images.Length], Softmax: new int[images.Length]))
            .ToArray();
        // The widest rows first: what is left for last is then so little that no thread waits long for another.
        var work = judged.OrderByDescending(input => input.Rows[0].Length)
            .SelectMany(input => Enumerable.Range(0, Folds).Select(fold => (Input: input, Fold: fold)));
        Parallel.ForEach(
            Partitioner.Create(work, EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation },
            part => Judge(part.Input.Rows, labels, folds, part.Fold, classes.Length, part.Input.Neighbours, part.Input.Softmax, cancellation));
        return new SeparationReport(
            images.Length,
            classes,
            Folds,
            counts.Keys.Except(classes, StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray(),
            (double)counts.Values.Max() / images.Length,
            [
                .. judged.SelectMany(input => (ClassifierScore[])
                [
                    Score($"{NearestNeighbours.Voters} nearest neighbours", input.Name, labels, input.Neighbours, folds, classes.Length),
                    Score(Softmax, input.Name, labels, input.Softmax, folds, classes.Length),
                ]),
            ]);
    }

    // What both classifiers, having learnt from the other folds, say of the images of one.
    private static void Judge(
        float[][] rows, int[] labels, int[] folds, int fold, int classes, int[] neighbours, int[] softmax, CancellationToken cancellation)
    {
        var training = Enumerable.Range(0, rows.Length).Where(i => folds[i] != fold).ToArray();
        var scaling = new TrainingScaling(Array.ConvertAll(training, i => rows[i]));
        var known = Array.ConvertAll(training, i => scaling.Apply(rows[i]));
        var knownLabels = Array.ConvertAll(training, i => labels[i]);
        var nearest = new NearestNeighbours(known, knownLabels, classes);
        var learnt = SoftmaxClassifier.Fit(known, knownLabels, classes, cancellation);
        for (var i = 0; i < rows.Length; i++)
        {
            if (folds[i] != fold)
                continue;
            cancellation.ThrowIfCancellationRequested();
            var unseen = scaling.Apply(rows[i]);
            neighbours[i] = nearest.Classify(unseen);
            softmax[i] = learnt.Classify(unseen);
        }

        Garbage.Collect();
    }

    private static ClassifierScore Score(
        string classifier, string input, int[] labels, int[] answers, int[] folds, int classes)
    {
        var confusion = new int[classes][];
        for (var c = 0; c < classes; c++)
            confusion[c] = new int[classes];
        var right = new int[Folds];
        var all = new int[Folds];
        for (var i = 0; i < labels.Length; i++)
        {
            confusion[labels[i]][answers[i]]++;
            all[folds[i]]++;
            right[folds[i]] += answers[i] == labels[i] ? 1 : 0;
        }

        return new ClassifierScore(
            classifier, input, right.Select((count, fold) => (double)count / all[fold]).ToArray(), confusion);
    }

    private static Dictionary<string, int> Count(IReadOnlyList<ReportSample> sample)
        => sample.GroupBy(image => image.Label, StringComparer.Ordinal)
            .ToDictionary(label => label.Key, label => label.Count(), StringComparer.Ordinal);

    /// <summary>A number of things, as shown.</summary>
    internal static string Named(int count, string what)
        => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");
}
