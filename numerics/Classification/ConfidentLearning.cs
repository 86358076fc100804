namespace Pomona.Numerics.Classification;

/// <summary>
/// Labels that are probably wrong: confident learning (Northcutt, Jiang and Chuang, Journal of Artificial Intelligence Research 70,
/// 2021), pruned by the noise rate. From probabilities that each row's own label had no part in, it estimates how many rows of class
/// i are of class j in truth; and of those given i, so many are doubtful that speak most for j against i.
/// </summary>
public static class ConfidentLearning
{
    // A probability that equals its class's threshold but for rounding is confident.
    private const double Tolerance = 1e-6;

    /// <summary>Finds them.</summary>
    /// <param name="given">Each row's label, 0 to <paramref name="classes"/> − 1.</param>
    /// <param name="probabilities">
    /// Each row's probability of each class, row after row, from a model that has not learnt from that row
    /// (<see cref="OutOfFoldProbabilities"/>).
    /// </param>
    /// <param name="classes">How many classes there are.</param>
    /// <returns>
    /// The doubtful labels, the least self-confident first. None is a row whose given class is its most probable one.
    /// </returns>
    public static IReadOnlyList<DoubtfulLabel> Find(ReadOnlySpan<int> given, ReadOnlySpan<float> probabilities, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        ArgumentOutOfRangeException.ThrowIfNotEqual(probabilities.Length, (long)given.Length * classes);
        var noise = Noise(given, probabilities, classes);

        var doubtful = new Dictionary<int, DoubtfulLabel>();
        var ofClass = RowsOfClasses(given, classes);
        for (var i = 0; i < classes; i++)
        {
            // Whatever the noise is, a class keeps a row.
            if (ofClass[i].Count < 2)
                continue;
            for (var j = 0; j < classes; j++)
            {
                if (i == j || noise[i, j] == 0)
                    continue;
                var speaking = new List<(float Margin, int Row)>(ofClass[i].Count);
                foreach (var row in ofClass[i])
                    speaking.Add((probabilities[(row * classes) + j] - probabilities[(row * classes) + i], row));
                speaking.Sort((a, b) => a.Margin != b.Margin ? b.Margin.CompareTo(a.Margin) : a.Row.CompareTo(b.Row));
                for (var k = 0; k < Math.Min(noise[i, j], speaking.Count); k++)
                {
                    var row = speaking[k].Row;
                    var ofRow = probabilities.Slice(row * classes, classes);
                    var best = MostProbable(ofRow);
                    if (best != i)
                        doubtful[row] = new DoubtfulLabel(row, best, ofRow[i]);
                }
            }
        }

        return [.. doubtful.Values.OrderBy(label => label.SelfConfidence).ThenBy(label => label.Row)];
    }

    // How many rows given i are of j in truth: confident ones, stretched to all rows given i.
    private static int[,] Noise(ReadOnlySpan<int> given, ReadOnlySpan<float> probabilities, int classes)
    {
        var (counts, thresholds) = (new int[classes], new double[classes]);
        for (var row = 0; row < given.Length; row++)
        {
            counts[given[row]]++;
            thresholds[given[row]] += probabilities[(row * classes) + given[row]];
        }

        for (var c = 0; c < classes; c++)
            thresholds[c] = counts[c] > 0 ? (thresholds[c] / counts[c]) - Tolerance : double.PositiveInfinity;

        var confident = new int[classes, classes];
        for (var row = 0; row < given.Length; row++)
        {
            var ofRow = probabilities.Slice(row * classes, classes);
            var best = -1;
            for (var c = 0; c < classes; c++)
            {
                if (ofRow[c] >= thresholds[c] && (best < 0 || ofRow[c] > ofRow[best]))
                    best = c;
            }

            if (best >= 0)
                confident[given[row], best]++;
        }

        var noise = new int[classes, classes];
        for (var i = 0; i < classes; i++)
        {
            confident[i, i] = Math.Max(1, confident[i, i]);
            long sum = 0;
            for (var j = 0; j < classes; j++)
                sum += confident[i, j];
            Apportion(i, counts[i], sum, confident, noise);
        }

        return noise;
    }

    // A class's row in shares of its count, whole numbers by the largest remainders.
    private static void Apportion(int i, int count, long sum, int[,] confident, int[,] noise)
    {
        var classes = noise.GetLength(0);
        var remainders = new List<(long Remainder, int Class)>(classes);
        var left = count;
        for (var j = 0; j < classes; j++)
        {
            var (whole, remainder) = Math.DivRem((long)confident[i, j] * count, sum);
            noise[i, j] = (int)whole;
            left -= (int)whole;
            remainders.Add((remainder, j));
        }

        remainders.Sort((a, b) => a.Remainder != b.Remainder ? b.Remainder.CompareTo(a.Remainder) : a.Class.CompareTo(b.Class));
        for (var k = 0; k < left; k++)
            noise[i, remainders[k].Class]++;
    }

    private static List<int>[] RowsOfClasses(ReadOnlySpan<int> given, int classes)
    {
        var rows = new List<int>[classes];
        for (var c = 0; c < classes; c++)
            rows[c] = [];
        for (var row = 0; row < given.Length; row++)
            rows[given[row]].Add(row);
        return rows;
    }

    private static int MostProbable(ReadOnlySpan<float> ofRow)
    {
        var best = 0;
        for (var c = 1; c < ofRow.Length; c++)
        {
            if (ofRow[c] > ofRow[best])
                best = c;
        }

        return best;
    }
}
