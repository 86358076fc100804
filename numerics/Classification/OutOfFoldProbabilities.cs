using Pomona.Numerics.Randomness;

namespace Pomona.Numerics.Classification;

/// <summary>
/// Each row's probability of each class, from a <see cref="SoftmaxClassifier"/> that has not learnt from that row: five
/// stratified folds, each judged by what the other four teach. A model that has seen a wrong label would repeat it.
/// </summary>
public static class OutOfFoldProbabilities
{
    /// <summary>How many folds are cut.</summary>
    public const int Folds = 5;

    /// <summary>
    /// A class teaches a fold with at most so many rows, chosen by the seed: more teach hardly better, and cost. With
    /// <see cref="MostTrainingRows"/> it bounds what a fit costs, however many rows there are.
    /// </summary>
    public const int MostTrainingRowsOfAClass = 4_000;

    /// <summary>All classes together teach a fold with about so many rows at most.</summary>
    public const int MostTrainingRows = 40_000;

    /// <summary>Computes them.</summary>
    /// <param name="rows">The rows, one after the other.</param>
    /// <param name="width">Numbers in a row.</param>
    /// <param name="labels">Each row's class, 0 to <paramref name="classes"/> − 1.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="seed">Another seed cuts and chooses otherwise.</param>
    /// <param name="threads">How many threads compute; the result does not depend on it.</param>
    /// <param name="cancellation">Stops the computation.</param>
    /// <returns>
    /// <paramref name="classes"/> probabilities a row, one row after the other, each row's summing to 1. The same bits on every
    /// processor.
    /// </returns>
    public static float[] Compute(
        float[] rows, int width, int[] labels, int classes, ulong seed, int threads, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows.Length, labels.Length * (long)width, nameof(rows));
        var probabilities = new float[checked(labels.Length * classes)];
        var folds = StratifiedFolds.Assign(labels, classes, Folds, unchecked((int)(seed ^ (seed >> 32))));
        for (var fold = 0; fold < Folds; fold++)
        {
            cancellation.ThrowIfCancellationRequested();
            var teaching = Teaching(labels, folds, fold, classes, seed);
            // Too few rows for one to be left: nobody knows anything, so all classes are as likely.
            if (teaching.Length == 0)
            {
                Fill(probabilities, folds, fold, classes);
                continue;
            }

            var known = Array.ConvertAll(teaching, row => rows.AsSpan(row * width, width).ToArray());
            var scaling = new TrainingScaling(known);
            var softmax = SoftmaxClassifier.Fit(
                Array.ConvertAll(known, scaling.Apply),
                Array.ConvertAll(teaching, row => labels[row]),
                classes,
                cancellation,
                threads);
            Parallel.For(
                0,
                labels.Length,
                new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation },
                row =>
                {
                    if (folds[row] == fold)
                        softmax.Probabilities(scaling.Apply(rows.AsSpan(row * width, width).ToArray()), probabilities.AsSpan(row * classes, classes));
                });
        }

        return probabilities;
    }

    // The rows that teach a fold, in their order: of each class some of those in the other folds.
    private static int[] Teaching(int[] labels, int[] folds, int fold, int classes, ulong seed)
    {
        var ofClass = new List<int>[classes];
        for (var c = 0; c < classes; c++)
            ofClass[c] = [];
        for (var row = 0; row < labels.Length; row++)
        {
            if (folds[row] != fold)
                ofClass[labels[row]].Add(row);
        }

        var most = Math.Clamp(MostTrainingRows / classes, 1, MostTrainingRowsOfAClass);
        var random = new SplitMix64(unchecked(seed + (ulong)fold));
        var chosen = new List<int>();
        foreach (var members in ofClass)
        {
            var some = members.ToArray();
            if (some.Length > most)
            {
                random.Shuffle(some.AsSpan());
                some = some[..most];
            }

            chosen.AddRange(some);
        }

        chosen.Sort();
        return [.. chosen];
    }

    private static void Fill(float[] probabilities, int[] folds, int fold, int classes)
    {
        for (var row = 0; row < folds.Length; row++)
        {
            if (folds[row] == fold)
                probabilities.AsSpan(row * classes, classes).Fill(1f / classes);
        }
    }
}
