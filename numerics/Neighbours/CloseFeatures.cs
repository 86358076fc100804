namespace Pomona.Numerics.Neighbours;

/// <summary>
/// All pairs of rows of features that point in nearly the same direction, by the cosine: an exact search over rows whose numbers
/// are kept as one byte each (<see cref="Quantise"/>).
/// </summary>
/// <remarks>
/// A row's sketch is its unit vector in the 64 directions in which a sample of the rows varies most. They are orthonormal, so that
/// sketches are never further apart than the unit vectors are, and those are √(2 − 2 cosine) apart: nothing near is missed,
/// whatever the sample; it only decides how much that is not near is looked at in full (<see cref="SketchedPairs"/>).
/// </remarks>
public static class CloseFeatures
{
    // A sketch's numbers are whole multiples of 1/Steps: each is off by half a step at most, and a difference by one.
    private const double Steps = 4_000;

    /// <summary>
    /// A row's features as whole numbers −127 to 127, the largest of them ±127: the cosine of two rows changes by about 0.0005. All
    /// zeros where the features are; such a row is near nothing.
    /// </summary>
    public static void Quantise(ReadOnlySpan<float> features, Span<sbyte> row)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(row.Length, features.Length);
        var largest = 0f;
        foreach (var feature in features)
            largest = Math.Max(largest, Math.Abs(feature));
        if (largest == 0)
        {
            row.Clear();
            return;
        }

        for (var i = 0; i < row.Length; i++)
            row[i] = (sbyte)Math.Round(features[i] * (double)sbyte.MaxValue / largest);
    }

    /// <summary>
    /// Searches. A row with very many partners keeps some of them: <see cref="SketchedPairs.MostPartners"/> of those behind it in
    /// the search's order, and whatever else is needed that what all pairs would connect is connected.
    /// </summary>
    /// <param name="rows">All rows, one after the other, each as <see cref="Quantise"/> makes it.</param>
    /// <param name="width">Numbers in a row.</param>
    /// <param name="leastCosine">The least cosine that counts as near, more than 0 and at most 1; exactly this one still does.</param>
    /// <param name="threads">How many threads search; the result does not depend on it.</param>
    /// <param name="cancellation">Stops the search.</param>
    /// <returns>The pairs, ordered by first and second row; <see cref="ClosePair.Distance"/> is 1 − cosine.</returns>
    public static IReadOnlyList<ClosePair> Find(
        ReadOnlyMemory<sbyte> rows, int width, double leastCosine, int threads, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows.Length % width, 0, nameof(rows));
        if (leastCosine is not (> 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(leastCosine), leastCosine, "a cosine to look for is more than 0 and at most 1.");

        var count = rows.Length / width;
        if (count == 0)
            return [];
        var directions = LeadingDirections.Of(rows.Span, width, cancellation);
        var radius = Math.Sqrt(2 - (2 * leastCosine));
        var cellWidth = radius + (8 / Steps);
        var (cells, sketches, squares) = (new long[count], new short[count * LeadingDirections.Most], new long[count]);
        Parallel.For(
            0,
            count,
            new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation },
            () => new Workspace(width),
            (i, _, work) =>
            {
                var row = rows.Span.Slice(i * width, width);
                squares[i] = IntegerSums.Dot(row, row);
                directions.Project(row, squares[i], work.Numbers, work.Projected);
                var sketch = sketches.AsSpan(i * LeadingDirections.Most, LeadingDirections.Most);
                for (var k = 0; k < sketch.Length; k++)
                    sketch[k] = (short)Math.Round(Steps * work.Projected[k]);
                cells[i] = SketchedPairs.Cell(work.Projected[0], work.Projected[1], work.Projected[2], cellWidth);
                return work;
            },
            _ => { });

        var most = (Steps * radius) + Math.Sqrt(LeadingDirections.Most) + 1;
        return SketchedPairs.Find(
            cells,
            sketches,
            LeadingDirections.Most,
            (long)(most * most),
            (first, second) =>
            {
                var span = rows.Span;
                var product = IntegerSums.Dot(span.Slice(first * width, width), span.Slice(second * width, width));
                // The root of the product and not the product of the roots: of equal rows it is exact.
                var cosine = product <= 0 ? 0 : product / Math.Sqrt((double)squares[first] * squares[second]);
                return cosine >= leastCosine ? 1 - cosine : null;
            },
            threads,
            cancellation);
    }

    private sealed class Workspace(int width)
    {
        public float[] Numbers { get; } = new float[width];

        public double[] Projected { get; } = new double[LeadingDirections.Most];
    }
}
