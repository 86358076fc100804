using Pomona.Numerics.Reduction;

namespace Pomona.Numerics.Neighbours;

/// <summary>
/// How far rows are from their nearest neighbours, by Euclidean distance: the mean over the k nearest, an outlier's measure since
/// Angiulli and Pizzuti, "Fast outlier detection in high dimensional spaces", PKDD 2002. The same bits on every processor and with
/// any number of threads.
/// </summary>
public static class NeighbourDistances
{
    /// <summary>Of each row, the mean distance to its nearest neighbours, itself excepted; fewer of them where there are not so many.</summary>
    /// <param name="rows">Numbers, row after row.</param>
    /// <param name="width">Numbers per row.</param>
    /// <param name="asked">The rows that are asked about, by number.</param>
    /// <param name="among">The rows that may be neighbours, by number; at least two.</param>
    /// <param name="nearest">How many neighbours: 1 to 64.</param>
    /// <param name="threads">How many threads compute.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>As many as are asked about.</returns>
    public static double[] Mean(
        ReadOnlyMemory<float> rows, int width, IReadOnlyList<int> asked, IReadOnlyList<int> among, int nearest, int threads, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(among);
        ArgumentOutOfRangeException.ThrowIfLessThan(among.Count, 2, nameof(among));
        ArgumentOutOfRangeException.ThrowIfLessThan(nearest, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nearest, 64);
        // |x − y|² = |x|² + |y|² − 2 x·y.
        var lengths = new float[among.Count];
        for (var i = 0; i < lengths.Length; i++)
            lengths[i] = SquareOf(rows.Span.Slice(among[i] * width, width));
        var means = new double[asked.Count];
        Parallel.For(0, asked.Count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, i =>
        {
            var row = rows.Span.Slice(asked[i] * width, width);
            var own = SquareOf(row);
            Span<float> kept = stackalloc float[nearest];
            kept.Fill(float.PositiveInfinity);
            for (var j = 0; j < among.Count; j++)
            {
                if (among[j] == asked[i])
                    continue;
                var square = Math.Max(0, own + lengths[j] - (2 * Lanes.Dot(row, rows.Span.Slice(among[j] * width, width))));
                if (!(square < kept[^1]))
                    continue;
                var place = nearest - 1;
                for (; place > 0 && square < kept[place - 1]; place--)
                    kept[place] = kept[place - 1];
                kept[place] = square;
            }

            var (sum, count) = (0.0, 0);
            for (; count < nearest && float.IsFinite(kept[count]); count++)
                sum += Math.Sqrt(kept[count]);
            means[i] = sum / count;
        });
        return means;

        static float SquareOf(ReadOnlySpan<float> row) => Lanes.Dot(row, row);
    }
}
