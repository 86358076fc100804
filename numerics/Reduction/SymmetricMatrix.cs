using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pomona.Numerics.Reduction;

/// <summary>
/// A symmetric float64 matrix that stores its upper triangle in strips of eight rows: strip s holds rows 8s to 8s+7 from
/// column 8s on, row after row. A tile of the kernel is then eight runs of memory, and the matrix takes half the room of a
/// square one: 6.6 MB for 1,280 columns.
/// </summary>
/// <remarks>
/// The order is rounded up to a multiple of eight; what is beyond the order stays zero. Within a strip's first eight
/// columns both halves are stored.
/// </remarks>
internal sealed unsafe class SymmetricMatrix
{
    private const int StripRows = TileKernel.PanelColumns;

    // A quarter of a megabyte of panels stays in the second-level cache while the strips' partners stream past.
    private const int CachedStrips = 24;

    private readonly AlignedDoubles _elements;

    public SymmetricMatrix(int order)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(order);
        Order = order;
        PaddedOrder = PadToPanel(order);
        _elements = new AlignedDoubles(StripOffset(PaddedOrder / StripRows));
    }

    /// <summary>Rows and columns.</summary>
    public int Order { get; }

    /// <summary>The order rounded up to whole strips; vectors that this matrix multiplies have this length.</summary>
    public int PaddedOrder { get; }

    public double Trace
    {
        get
        {
            double sum = 0;
            for (var i = 0; i < Order; i++)
                sum += this[i, i];
            return sum;
        }
    }

    /// <summary>The element at a row and a column.</summary>
    public double this[int row, int column]
    {
        get => _elements.First[Offset(row, column)];
        set
        {
            _elements.First[Offset(row, column)] = value;
            if (row / StripRows == column / StripRows)
                _elements.First[Offset(column, row, row / StripRows)] = value;
        }
    }

    /// <summary>Rounds a number of columns up to whole panels.</summary>
    public static int PadToPanel(int columns) => checked(columns + StripRows - 1) / StripRows * StripRows;

    /// <summary>Of a row, the elements from its diagonal to its end.</summary>
    public Span<double> UpperRow(int row) => new(_elements.First + Offset(row, row), Order - row);

    /// <summary>Adds PᵀP.</summary>
    /// <param name="panels">
    /// P's columns in panels of eight (<see cref="TileKernel"/>), panel after panel, each of
    /// <paramref name="panelRows"/> rows of room.
    /// </param>
    /// <param name="panelRows">Rows that each panel has room for.</param>
    /// <param name="depth">Rows of P, from each panel's first.</param>
    public void AddGram(AlignedDoubles panels, int panelRows, int depth)
    {
        var strips = PaddedOrder / StripRows;
        var panelSize = (nint)panelRows * TileKernel.PanelColumns;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(depth, panelRows);
        ArgumentOutOfRangeException.ThrowIfNotEqual(panels.Length, strips * panelSize);

        var p = panels.First;
        for (var block = 0; block < strips; block += CachedStrips)
        {
            var blockEnd = Math.Min(block + CachedStrips, strips);
            for (var column = block; column < strips; column++)
            {
                // Strip s takes its tiles from its diagonal on: those that begin at s, s+3, s+6, ...
                var first = block + ((column - block) % TileKernel.TilePanels);
                for (var strip = first; strip < blockEnd && strip <= column; strip += TileKernel.TilePanels)
                    AddTile(p, panelSize, depth, strip, column, strips);
            }
        }

        GC.KeepAlive(panels);
    }

    /// <summary>Adds <paramref name="factor"/> · v vᵀ.</summary>
    public void AddOuterProduct(double factor, ReadOnlySpan<double> v)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(v.Length, Order);
        for (var row = 0; row < Order; row++)
        {
            var scaled = factor * v[row];
            var diagonalBlock = row / StripRows * StripRows;
            var target = new Span<double>(_elements.First + Offset(row, diagonalBlock, row / StripRows), Order - diagonalBlock);
            var source = v[diagonalBlock..];
            for (var i = 0; i < target.Length; i++)
                target[i] += scaled * source[i];
        }
    }

    /// <summary>Adds another matrix of the same order.</summary>
    public void Add(SymmetricMatrix other)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.Order, Order);
        var target = _elements.Span;
        var source = other._elements.Span;
        for (var i = 0; i < target.Length; i++)
            target[i] += source[i];
        GC.KeepAlive(other);
    }

    /// <summary>Multiplies each element (i, j) by f[i] · f[j].</summary>
    public void ScaleRowsAndColumns(ReadOnlySpan<double> factors)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(factors.Length, Order);
        for (var row = 0; row < Order; row++)
        {
            var diagonalBlock = row / StripRows * StripRows;
            var target = new Span<double>(_elements.First + Offset(row, diagonalBlock, row / StripRows), Order - diagonalBlock);
            var columns = factors[diagonalBlock..];
            var factor = factors[row];
            for (var i = 0; i < target.Length; i++)
                target[i] *= factor * columns[i];
        }
    }

    /// <summary>Fills in the lower halves of the diagonal blocks, after <see cref="UpperRow"/> was written to.</summary>
    public void MirrorDiagonalBlocks()
    {
        for (var row = 0; row < Order; row++)
        {
            for (var column = row / StripRows * StripRows; column < row; column++)
                _elements.First[Offset(row, column, row / StripRows)] = this[column, row];
        }
    }

    /// <summary>A copy that shares nothing.</summary>
    public SymmetricMatrix Clone()
    {
        var copy = new SymmetricMatrix(Order);
        _elements.Span.CopyTo(copy._elements.Span);
        return copy;
    }

    /// <summary>y = this · x. Reads each stored element once, for its own place and its mirror image.</summary>
    /// <param name="x">Length <see cref="PaddedOrder"/>, zero beyond the order.</param>
    /// <param name="y">Length <see cref="PaddedOrder"/>; zero beyond the order afterwards.</param>
    public void Multiply(double* x, double* y) => Multiply(x, y, Avx512F.IsSupported);

    /// <summary>As above, with 512-bit instructions or without: the bits are the same.</summary>
    public void Multiply(double* x, double* y, bool wide)
    {
        new Span<double>(y, PaddedOrder).Clear();
        for (var strip = 0; strip < PaddedOrder / StripRows; strip++)
        {
            var elements = _elements.First + StripOffset(strip);
            var length = PaddedOrder - (strip * StripRows);
            var firstX = x + (strip * StripRows);
            var firstY = y + (strip * StripRows);
            if (wide)
                MultiplyStrip512(elements, length, firstX, firstY);
            else
                MultiplyStrip256(elements, length, firstX, firstY);
        }

        GC.KeepAlive(this);
    }

    /// <summary>xᵀ · this · x.</summary>
    /// <param name="x">As many numbers as there are rows.</param>
    public double QuadraticForm(double[] x)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(x.Length, Order);
        AlignedDoubles vector = new(PaddedOrder), product = new(PaddedOrder);
        x.CopyTo(vector.Span);
        Multiply(vector.First, product.First);
        var form = Lanes.Dot(vector.First, product.First, PaddedOrder);
        GC.KeepAlive(vector);
        GC.KeepAlive(product);
        return form;
    }

    // y's own eight rows take the strip times x; the columns to the right take the strip's transpose times x's own eight.
    private static void MultiplyStrip512(double* elements, int length, double* x, double* y)
    {
        double* a0 = elements, a1 = a0 + length, a2 = a1 + length, a3 = a2 + length;
        double* a4 = a3 + length, a5 = a4 + length, a6 = a5 + length, a7 = a6 + length;
        var own = Vector512.Load(x);
        Vector512<double> s0 = Vector512.Load(a0) * own, s1 = Vector512.Load(a1) * own;
        Vector512<double> s2 = Vector512.Load(a2) * own, s3 = Vector512.Load(a3) * own;
        Vector512<double> s4 = Vector512.Load(a4) * own, s5 = Vector512.Load(a5) * own;
        Vector512<double> s6 = Vector512.Load(a6) * own, s7 = Vector512.Load(a7) * own;
        Vector512<double> x0 = Vector512.Create(x[0]), x1 = Vector512.Create(x[1]), x2 = Vector512.Create(x[2]);
        Vector512<double> x3 = Vector512.Create(x[3]), x4 = Vector512.Create(x[4]), x5 = Vector512.Create(x[5]);
        Vector512<double> x6 = Vector512.Create(x[6]), x7 = Vector512.Create(x[7]);
        for (var j = StripRows; j < length; j += StripRows)
        {
            var other = Vector512.Load(x + j);
            Vector512<double> a = Vector512.Load(a0 + j), b = Vector512.Load(a1 + j);
            var even = Avx512F.FusedMultiplyAdd(a, x0, Vector512.Load(y + j));
            var odd = b * x1;
            s0 = Avx512F.FusedMultiplyAdd(a, other, s0);
            s1 = Avx512F.FusedMultiplyAdd(b, other, s1);
            (a, b) = (Vector512.Load(a2 + j), Vector512.Load(a3 + j));
            even = Avx512F.FusedMultiplyAdd(a, x2, even);
            odd = Avx512F.FusedMultiplyAdd(b, x3, odd);
            s2 = Avx512F.FusedMultiplyAdd(a, other, s2);
            s3 = Avx512F.FusedMultiplyAdd(b, other, s3);
            (a, b) = (Vector512.Load(a4 + j), Vector512.Load(a5 + j));
            even = Avx512F.FusedMultiplyAdd(a, x4, even);
            odd = Avx512F.FusedMultiplyAdd(b, x5, odd);
            s4 = Avx512F.FusedMultiplyAdd(a, other, s4);
            s5 = Avx512F.FusedMultiplyAdd(b, other, s5);
            (a, b) = (Vector512.Load(a6 + j), Vector512.Load(a7 + j));
            even = Avx512F.FusedMultiplyAdd(a, x6, even);
            odd = Avx512F.FusedMultiplyAdd(b, x7, odd);
            s6 = Avx512F.FusedMultiplyAdd(a, other, s6);
            s7 = Avx512F.FusedMultiplyAdd(b, other, s7);
            (even + odd).Store(y + j);
        }

        y[0] += Lanes.Sum(s0.GetLower(), s0.GetUpper());
        y[1] += Lanes.Sum(s1.GetLower(), s1.GetUpper());
        y[2] += Lanes.Sum(s2.GetLower(), s2.GetUpper());
        y[3] += Lanes.Sum(s3.GetLower(), s3.GetUpper());
        y[4] += Lanes.Sum(s4.GetLower(), s4.GetUpper());
        y[5] += Lanes.Sum(s5.GetLower(), s5.GetUpper());
        y[6] += Lanes.Sum(s6.GetLower(), s6.GetUpper());
        y[7] += Lanes.Sum(s7.GetLower(), s7.GetUpper());
    }

    // The same sums, four lanes at a time: of each eight columns the first four, and then the others.
    private static void MultiplyStrip256(double* elements, int length, double* x, double* y)
    {
        var sums = stackalloc Vector256<double>[2 * StripRows];
        MultiplyHalfLanes256(elements, length, x, y, 0, sums);
        MultiplyHalfLanes256(elements, length, x, y, 4, sums + StripRows);
        for (var row = 0; row < StripRows; row++)
            y[row] += Lanes.Sum(sums[row], sums[row + StripRows]);
    }

    private static void MultiplyHalfLanes256(double* elements, int length, double* x, double* y, int lane, Vector256<double>* sums)
    {
        double* a0 = elements, a1 = a0 + length, a2 = a1 + length, a3 = a2 + length;
        double* a4 = a3 + length, a5 = a4 + length, a6 = a5 + length, a7 = a6 + length;
        var own = Vector256.Load(x + lane);
        Vector256<double> s0 = Vector256.Load(a0 + lane) * own, s1 = Vector256.Load(a1 + lane) * own;
        Vector256<double> s2 = Vector256.Load(a2 + lane) * own, s3 = Vector256.Load(a3 + lane) * own;
        Vector256<double> s4 = Vector256.Load(a4 + lane) * own, s5 = Vector256.Load(a5 + lane) * own;
        Vector256<double> s6 = Vector256.Load(a6 + lane) * own, s7 = Vector256.Load(a7 + lane) * own;
        for (var j = StripRows + lane; j < length; j += StripRows)
        {
            var other = Vector256.Load(x + j);
            Vector256<double> a = Vector256.Load(a0 + j), b = Vector256.Load(a1 + j);
            var even = Lanes.MultiplyAdd(a, Vector256.Create(x[0]), Vector256.Load(y + j));
            var odd = b * Vector256.Create(x[1]);
            s0 = Lanes.MultiplyAdd(a, other, s0);
            s1 = Lanes.MultiplyAdd(b, other, s1);
            (a, b) = (Vector256.Load(a2 + j), Vector256.Load(a3 + j));
            even = Lanes.MultiplyAdd(a, Vector256.Create(x[2]), even);
            odd = Lanes.MultiplyAdd(b, Vector256.Create(x[3]), odd);
            s2 = Lanes.MultiplyAdd(a, other, s2);
            s3 = Lanes.MultiplyAdd(b, other, s3);
            (a, b) = (Vector256.Load(a4 + j), Vector256.Load(a5 + j));
            even = Lanes.MultiplyAdd(a, Vector256.Create(x[4]), even);
            odd = Lanes.MultiplyAdd(b, Vector256.Create(x[5]), odd);
            s4 = Lanes.MultiplyAdd(a, other, s4);
            s5 = Lanes.MultiplyAdd(b, other, s5);
            (a, b) = (Vector256.Load(a6 + j), Vector256.Load(a7 + j));
            even = Lanes.MultiplyAdd(a, Vector256.Create(x[6]), even);
            odd = Lanes.MultiplyAdd(b, Vector256.Create(x[7]), odd);
            s6 = Lanes.MultiplyAdd(a, other, s6);
            s7 = Lanes.MultiplyAdd(b, other, s7);
            (even + odd).Store(y + j);
        }

        (sums[0], sums[1], sums[2], sums[3]) = (s0, s1, s2, s3);
        (sums[4], sums[5], sums[6], sums[7]) = (s4, s5, s6, s7);
    }

    private void AddTile(double* panels, nint panelSize, int depth, int strip, int column, int strips)
    {
        var a = panels + (strip * panelSize);
        var b0 = panels + (column * panelSize);
        var c = _elements.First + StripOffset(strip) + ((column - strip) * StripRows);
        var stride = PaddedOrder - (strip * StripRows);
        if (column + TileKernel.TilePanels <= strips)
        {
            TileKernel.Add(a, b0, b0 + panelSize, b0 + (2 * panelSize), depth, c, stride);
            return;
        }

        // The matrix ends inside the tile: what is beyond is computed from any panel and dropped.
        var b1 = column + 1 < strips ? b0 + panelSize : b0;
        var tile = stackalloc double[TileKernel.PanelColumns * TileKernel.TileColumns];
        new Span<double>(tile, TileKernel.PanelColumns * TileKernel.TileColumns).Clear();
        TileKernel.Add(a, b0, b1, b1, depth, tile, TileKernel.TileColumns);
        var columns = (strips - column) * TileKernel.PanelColumns;
        for (var row = 0; row < StripRows; row++)
        {
            for (var j = 0; j < columns; j++)
                c[(row * stride) + j] += tile[(row * TileKernel.TileColumns) + j];
        }
    }

    private long Offset(int row, int column)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Order);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Order);
        return row <= column ? Offset(row, column, row / StripRows) : Offset(column, row, column / StripRows);
    }

    private long Offset(int row, int column, int strip)
        => StripOffset(strip) + ((long)(row % StripRows) * (PaddedOrder - (strip * StripRows))) + column - (strip * StripRows);

    private long StripOffset(int strip)
        => ((long)StripRows * strip * PaddedOrder) - ((long)StripRows * StripRows * strip * (strip - 1) / 2);
}
