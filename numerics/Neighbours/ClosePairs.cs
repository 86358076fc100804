namespace Pomona.Numerics.Neighbours;

/// <summary>
/// All pairs of small pictures that look alike, by the root mean square of the differences of their bytes: an exact search whose
/// cost grows with what lies in each other's neighbourhood instead of with all pairs.
/// </summary>
/// <remarks>
/// The sums of 48 blocks of a row, divided by the root of their length, are orthonormal projections of it, so that they are never
/// further apart than the rows are; three sums of those with signs (all, halves, alternate quarters) are so again, and lead to
/// what is near (<see cref="SketchedPairs"/>).
/// </remarks>
public static class ClosePairs
{
    /// <summary>Blocks that a row is cut into.</summary>
    public const int Blocks = 48;

    private const int MostBytes = 32 * Blocks;

    /// <summary>
    /// Searches. A row with very many partners keeps some of them: <see cref="SketchedPairs.MostPartners"/> of those behind it in
    /// the search's order, and whatever else is needed that what all pairs would connect is connected.
    /// </summary>
    /// <param name="rows">Bytes of all rows, one after the other.</param>
    /// <param name="width">Bytes in a row: a multiple of <see cref="Blocks"/>, at most 1,536.</param>
    /// <param name="radius">The largest distance that counts as near, 0 to 255; exactly this one still does.</param>
    /// <param name="threads">How many threads search; the result does not depend on it.</param>
    /// <param name="cancellation">Stops the search.</param>
    /// <param name="isWanted">Whether two rows may be a pair at all, the first and the second of them; null for any. Called by many threads.</param>
    /// <returns>The pairs, ordered by first and second row; <see cref="ClosePair.Distance"/> is the root mean square.</returns>
    public static IReadOnlyList<ClosePair> Find(
        ReadOnlyMemory<byte> rows, int width, double radius, int threads, CancellationToken cancellation, Func<int, int, bool>? isWanted = null)
    {
        if (width <= 0 || width % Blocks != 0 || width > MostBytes)
            throw new ArgumentOutOfRangeException(nameof(width), width, $"a row has a multiple of {Blocks} bytes, at most {MostBytes}.");
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows.Length % width, 0, nameof(rows));
        if (radius is not (>= 0 and <= byte.MaxValue))
            throw new ArgumentOutOfRangeException(nameof(radius), radius, "a radius is 0 to 255 grey levels.");

        var most = LargestSum(radius, width);
        var cellWidth = (Math.Sqrt(most) * (1 + 1e-5)) + 1e-2;
        var length = width / Blocks;
        var count = rows.Length / width;
        var (cells, sketches) = (new long[count], new short[count * Blocks]);
        Parallel.For(
            0,
            count,
            new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation },
            i => cells[i] = Sketch(rows.Span.Slice(i * width, width), sketches.AsSpan(i * Blocks, Blocks), cellWidth));
        return SketchedPairs.Find(
            cells,
            sketches,
            Blocks,
            length * most,
            (first, second) =>
            {
                if (isWanted?.Invoke(first, second) == false)
                    return null;
                var span = rows.Span;
                var sum = IntegerSums.SquaredDifferences(span.Slice(first * width, width), span.Slice(second * width, width));
                return sum <= most ? Math.Sqrt(sum / (double)width) : null;
            },
            threads,
            cancellation);
    }

    // The largest sum of squared differences whose root mean square, as it is computed, is within the radius.
    private static long LargestSum(double radius, int width)
    {
        var sum = (long)(radius * radius * width) + 1;
        while (Math.Sqrt(sum / (double)width) > radius)
            sum--;
        return sum;
    }

    private static long Sketch(ReadOnlySpan<byte> row, Span<short> sketch, double cellWidth)
    {
        var length = row.Length / Blocks;
        Span<int> quarters = [0, 0, 0, 0];
        for (var block = 0; block < Blocks; block++)
        {
            var sum = 0;
            foreach (var value in row.Slice(block * length, length))
                sum += value;
            sketch[block] = (short)sum;
            quarters[block / (Blocks / 4)] += sum;
        }

        var scale = 1 / Math.Sqrt(row.Length);
        return SketchedPairs.Cell(
            scale * (quarters[0] + quarters[1] + quarters[2] + quarters[3]),
            scale * (quarters[0] + quarters[1] - quarters[2] - quarters[3]),
            scale * (quarters[0] - quarters[1] + quarters[2] - quarters[3]),
            cellWidth);
    }
}

/// <summary>Two rows that are near each other.</summary>
/// <param name="First">The one that comes first.</param>
/// <param name="Second">The other.</param>
/// <param name="Distance">How far apart they are, in the unit of the search that found them.</param>
public readonly record struct ClosePair(int First, int Second, double Distance);
