namespace Pomona.Numerics.Neighbours;

/// <summary>
/// All pairs of rows that are near each other, for a distance that two cheaper ones never exceed: three coordinates, which
/// put a row into a cell of a grid as wide as the radius, so that what is near lies in the same cell or one beside it; and a
/// sketch of at most 64 numbers, looked at before the whole rows are.
/// </summary>
/// <remarks>
/// <para>
/// A crowd (thousands of equal pictures) has more pairs than anybody can use: of the rows that come after it in the order of the
/// cells, a row keeps the first 64 that are near. What that leaves out is looked through once more for pairs that join two parts
/// which no kept pair joins, so that what the pairs connect is what all pairs would.
/// </para>
/// <para>Equal rows give equal pairs, with any number of threads and on any processor.</para>
/// </remarks>
internal sealed class SketchedPairs
{
    /// <summary>A row keeps so many partners among the rows behind it.</summary>
    public const int MostPartners = 64;

    private const int CellBits = 21;
    private const int CellOffset = 1 << (CellBits - 1);
    private const int Ranges = 5;
    private const int SlotsPerBlock = 128;
    private const int Glance = 16;

    private readonly long[] _cells;
    private readonly int[] _rows;
    private readonly short[] _sketches;
    private readonly int _width;
    private readonly long _most;
    private readonly Func<int, int, double?> _distance;

    private SketchedPairs(long[] cells, short[] sketches, int width, long most, Func<int, int, double?> distance)
    {
        (_width, _most, _distance) = (width, most, distance);
        _cells = cells;
        _rows = new int[cells.Length];
        for (var i = 0; i < _rows.Length; i++)
            _rows[i] = i;
        Array.Sort(_cells, _rows);
        // Rows of one cell in their order: the sort does not promise one.
        for (var start = 0; start < cells.Length;)
        {
            var end = FirstFrom(cells[start] + 1, start);
            Array.Sort(_rows, start, end - start);
            start = end;
        }

        _sketches = new short[sketches.Length];
        for (var slot = 0; slot < _rows.Length; slot++)
            sketches.AsSpan(_rows[slot] * width, width).CopyTo(_sketches.AsSpan(slot * width));
    }

    /// <summary>The cell of a row.</summary>
    /// <param name="x">A coordinate that differs by less than <paramref name="cellWidth"/> between near rows.</param>
    /// <param name="y">Another.</param>
    /// <param name="z">A third.</param>
    /// <param name="cellWidth">No coordinate is larger than 2²⁰ − 2 of it.</param>
    public static long Cell(double x, double y, double z, double cellWidth)
        => Pack((long)Math.Floor(x / cellWidth) + CellOffset, (long)Math.Floor(y / cellWidth) + CellOffset, (long)Math.Floor(z / cellWidth) + CellOffset);

    /// <summary>Searches.</summary>
    /// <param name="cells">Each row's cell (<see cref="Cell"/>); sorted here.</param>
    /// <param name="sketches">Each row's sketch, one after the other; none differs by more than 8,192 from another in any number.</param>
    /// <param name="width">Numbers in a sketch, 16 to 64.</param>
    /// <param name="most">Near rows' sketches have no larger sum of squared differences.</param>
    /// <param name="distance">How far apart two rows are; null when they are not near. Called by many threads.</param>
    /// <param name="threads">How many threads search.</param>
    /// <param name="cancellation">Stops the search.</param>
    /// <returns>The pairs, ordered by first and second row.</returns>
    public static IReadOnlyList<ClosePair> Find(
        long[] cells, short[] sketches, int width, long most, Func<int, int, double?> distance, int threads, CancellationToken cancellation)
        => new SketchedPairs(cells, sketches, width, most, distance).Find(threads, cancellation);

    private static long Pack(long x, long y, long z) => (((x << CellBits) | y) << CellBits) | z;

    private List<ClosePair> Find(int threads, CancellationToken cancellation)
    {
        var blocks = new (List<ClosePair> Pairs, List<Rest> Rests)[(_rows.Length + SlotsPerBlock - 1) / SlotsPerBlock];
        Parallel.For(
            0,
            blocks.Length,
            new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation },
            block =>
            {
                blocks[block] = ([], []);
                var end = Math.Min(_rows.Length, (block + 1) * SlotsPerBlock);
                for (var slot = block * SlotsPerBlock; slot < end; slot++)
                {
                    if (Search(slot, blocks[block].Pairs) is { } rest)
                        blocks[block].Rests.Add(rest);
                }
            });

        var pairs = new List<ClosePair>(blocks.Sum(block => block.Pairs.Count));
        foreach (var block in blocks)
            pairs.AddRange(block.Pairs);
        Connect(pairs, blocks.SelectMany(block => block.Rests), cancellation);
        pairs.Sort((a, b) => a.First != b.First ? a.First.CompareTo(b.First) : a.Second.CompareTo(b.Second));
        return pairs;
    }

    // The first partners behind a slot; what is left to look at when there are too many.
    private Rest? Search(int slot, List<ClosePair> pairs)
    {
        var found = 0;
        for (var range = 0; range < Ranges; range++)
        {
            var (from, end) = Behind(slot, range);
            for (var other = from; other < end; other++)
            {
                if (Pair(slot, other) is not { } pair)
                    continue;
                if (found++ == MostPartners)
                    return new Rest(slot, range, other);
                pairs.Add(pair);
            }
        }

        return null;
    }

    private void Connect(List<ClosePair> pairs, IEnumerable<Rest> rests, CancellationToken cancellation)
    {
        using var rest = rests.GetEnumerator();
        if (!rest.MoveNext())
            return;
        var parts = new Parts(_rows.Length);
        foreach (var pair in pairs)
            parts.Join(pair.First, pair.Second);

        // Which part a slot is in, as known when this was filled: what says the same as the slot's own is passed over many at a time.
        var known = new int[_rows.Length];
        var stale = known.Length + 1;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            var (slot, firstRange, at) = rest.Current;
            for (var range = firstRange; range < Ranges; range++)
            {
                var (from, end) = Behind(slot, range);
                for (var other = range == firstRange ? at : from; other < end; other++)
                {
                    if (stale > known.Length)
                    {
                        for (var i = 0; i < known.Length; i++)
                            known[i] = parts.Of(_rows[i]);
                        stale = 0;
                    }

                    var next = known.AsSpan(other, end - other).IndexOfAnyExcept(known[slot]);
                    if (next < 0)
                        break;
                    other += next;
                    if (parts.Of(_rows[other]) == parts.Of(_rows[slot]))
                    {
                        stale++;
                    }
                    else if (Pair(slot, other) is { } pair)
                    {
                        pairs.Add(pair);
                        parts.Join(pair.First, pair.Second);
                    }
                }
            }
        }
        while (rest.MoveNext());
    }

    // The slots behind one whose cells are its own or touch it: of every two slots, one is behind the other.
    private (int From, int End) Behind(int slot, int range)
    {
        var cell = _cells[slot];
        var z = cell & ((1 << CellBits) - 1);
        var y = (cell >> CellBits) & ((1 << CellBits) - 1);
        var x = cell >> (2 * CellBits);
        if (range == 0)
            return (slot + 1, FirstFrom(Pack(x, y, z + 1) + 1, slot));
        var (column, row) = range == 1 ? (x, y + 1) : (x + 1, y + range - 3);
        var from = FirstFrom(Pack(column, row, z - 1), slot);
        return (from, FirstFrom(Pack(column, row, z + 1) + 1, from));
    }

    private int FirstFrom(long cell, int start)
    {
        var (low, high) = (start, _cells.Length);
        while (low < high)
        {
            var middle = (int)(((uint)low + (uint)high) / 2);
            if (_cells[middle] < cell)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private ClosePair? Pair(int slot, int other)
    {
        var own = _sketches.AsSpan(slot * _width, _width);
        var others = _sketches.AsSpan(other * _width, _width);
        // Most are too far apart by their first numbers.
        if (IntegerSums.SquaredDifferences(own[..Glance], others[..Glance]) > _most || IntegerSums.SquaredDifferences(own, others) > _most)
            return null;
        var (first, second) = (Math.Min(_rows[slot], _rows[other]), Math.Max(_rows[slot], _rows[other]));
        return _distance(first, second) is { } distance ? new ClosePair(first, second, distance) : null;
    }

    /// <summary>What a slot with too many partners has not looked at: from a slot of one of its ranges on.</summary>
    private readonly record struct Rest(int Slot, int Range, int At);
}
