using Pomona.Numerics.Reduction;

namespace Pomona.Numerics.Classification;

/// <summary>
/// Multinomial logistic regression, what the last layer of a network would learn on the same numbers: minimises
/// <c>Σ −log softmax(W·x + b)[label] + ‖W‖²/2</c>, which is scikit-learn's <c>LogisticRegression</c> with its default C = 1
/// (the intercepts b are not penalised). Sums over images and the minimiser work in float64, the products in float32. The
/// same rows give the same bits, on any processor and with any number of threads.
/// </summary>
public sealed class SoftmaxClassifier
{
    // The sums of these are added in their order, whoever computes them; cut by the number of rows alone.
    private const int MostBlocks = 16;
    private const int LeastRows = 256;

    private readonly int _classes;
    private readonly int _width;
    private readonly float[] _weights;

    private SoftmaxClassifier(int classes, int width, float[] weights)
        => (_classes, _width, _weights) = (classes, width, weights);

    /// <summary>The weights, row by row for each class, each row followed by its intercept.</summary>
    public ReadOnlySpan<float> Weights => _weights;

    /// <summary>Learns.</summary>
    /// <param name="rows">The training images, standardised, at least one.</param>
    /// <param name="labels">Their classes, 0 to <paramref name="classes"/> − 1.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="cancellation">Stops the search.</param>
    /// <param name="threads">How many threads compute.</param>
    public static SoftmaxClassifier Fit(
        IReadOnlyList<float[]> rows, int[] labels, int classes, CancellationToken cancellation, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(labels);
        var width = rows[0].Length;
        var weights = new float[classes * (width + 1)];
        var blocks = new Block[Math.Clamp(rows.Count / LeastRows, 1, MostBlocks)];
        for (var i = 0; i < blocks.Length; i++)
        {
            blocks[i] = new Block(
                (int)((long)rows.Count * i / blocks.Length),
                (int)((long)rows.Count * (i + 1) / blocks.Length),
                new float[weights.Length],
                new double[classes]);
        }

        var together = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        var found = LimitedMemoryBfgs.Minimise(
            new double[weights.Length],
            (point, gradient) =>
            {
                cancellation.ThrowIfCancellationRequested();
                for (var i = 0; i < weights.Length; i++)
                    weights[i] = (float)point[i];
                if (threads == 1 || blocks.Length == 1)
                {
                    foreach (var block in blocks)
                        block.Add(rows, labels, weights, width);
                }
                else
                {
                    Parallel.ForEach(blocks, together, block => block.Add(rows, labels, weights, width));
                }

                // Divided by the number of images: the same minimum, and a tolerance that means the same for every sample.
                var penalty = 0.0;
                for (var i = 0; i < gradient.Length; i++)
                {
                    var isIntercept = i % (width + 1) == width;
                    var slope = 0.0;
                    foreach (var block in blocks)
                        slope += block.Slope[i];
                    gradient[i] = (slope + (isIntercept ? 0 : point[i])) / rows.Count;
                    penalty += isIntercept ? 0 : point[i] * point[i];
                }

                var loss = 0.0;
                foreach (var block in blocks)
                    loss += block.Loss;
                return (loss + (penalty / 2)) / rows.Count;
            });
        return new SoftmaxClassifier(classes, width, Array.ConvertAll(found, value => (float)value));
    }

    /// <summary>The class of an image; of equally likely ones, the first.</summary>
    public int Classify(ReadOnlySpan<float> row)
    {
        var scores = new double[_classes];
        Score(_weights, _width, row, scores);
        return Array.IndexOf(scores, scores.Max());
    }

    /// <summary>The probability of each class, for an image; they sum to 1.</summary>
    /// <param name="row">The image's numbers, standardised as the training images' were.</param>
    /// <param name="probabilities">As many as there are classes.</param>
    public void Probabilities(ReadOnlySpan<float> row, Span<float> probabilities)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(probabilities.Length, _classes);
        var scores = new double[_classes];
        Score(_weights, _width, row, scores);
        ToShares(scores, label: 0);
        for (var c = 0; c < scores.Length; c++)
            probabilities[c] = (float)scores[c];
    }

    private static void Score(float[] weights, int width, ReadOnlySpan<float> row, double[] scores)
    {
        for (var c = 0; c < scores.Length; c++)
        {
            var at = c * (width + 1);
            scores[c] = Lanes.Dot(row, weights.AsSpan(at, width)) + weights[at + width];
        }
    }

    // Turns scores into the softmax, and returns −log of the true class's share.
    private static double ToShares(double[] scores, int label)
    {
        var most = scores.Max();
        var own = scores[label];
        var sum = 0.0;
        for (var c = 0; c < scores.Length; c++)
            sum += scores[c] = Exponential.OfNegative(scores[c] - most);
        for (var c = 0; c < scores.Length; c++)
            scores[c] /= sum;
        return Exponential.Log(sum) + most - own;
    }

    /// <summary>Some of the rows, one after the other, and their share of the loss and of its slope.</summary>
    private sealed class Block(int first, int end, float[] slope, double[] scores)
    {
        public float[] Slope => slope;

        public double Loss { get; private set; }

        public void Add(IReadOnlyList<float[]> rows, int[] labels, float[] weights, int width)
        {
            Array.Clear(slope);
            var loss = 0.0;
            for (var i = first; i < end; i++)
            {
                Score(weights, width, rows[i], scores);
                loss += ToShares(scores, labels[i]);
                scores[labels[i]] -= 1;
                for (var c = 0; c < scores.Length; c++)
                {
                    var at = c * (width + 1);
                    Lanes.AddScaled(rows[i], (float)scores[c], slope.AsSpan(at, width));
                    slope[at + width] += (float)scores[c];
                }
            }

            Loss = loss;
        }
    }
}
