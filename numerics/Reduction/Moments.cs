using System.Numerics;

namespace Pomona.Numerics.Reduction;

/// <summary>
/// What PCA needs of any number of rows: how many there are, their mean, and their co-moments about it,
/// Mᵢⱼ = Σ (xᵢ − meanᵢ)(xⱼ − meanⱼ), all in float64. Two sets of moments merge into those of both sets' rows (Chan, Golub,
/// LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979, for vectors).
/// </summary>
/// <remarks>
/// Rows are gathered into blocks of <see cref="CentredBlock.Rows"/> whatever the calls' sizes, so moments depend only on
/// the rows and their order. In float64 even another order or another split changes results by rounding alone, about
/// 1e-15 relative, far below what components show. Not for use by several threads at once: give each its own and merge.
/// </remarks>
public sealed class Moments
{
    /// <summary>The most numbers a row may have: four times the widest image model in use; 1 GB of co-moments.</summary>
    public const int WidestRow = 16_384;

    private readonly double[] _mean;
    private readonly SymmetricMatrix _coMoments;
    private long _absorbed;
    private CentredBlock? _block;
    private float[]? _pending;
    private int _pendingRows;

    /// <summary>The moments of no rows.</summary>
    /// <param name="width">Numbers per row, 1 to <see cref="WidestRow"/>.</param>
    public Moments(int width)
        : this(0, NewMean(width), new SymmetricMatrix(width))
    {
    }

    internal Moments(long count, double[] mean, SymmetricMatrix coMoments)
    {
        _absorbed = count;
        _mean = mean;
        _coMoments = coMoments;
    }

    /// <summary>How many rows these moments are of.</summary>
    public long Count => _absorbed + _pendingRows;

    /// <summary>Numbers per row.</summary>
    public int Width => _mean.Length;

    /// <summary>The mean row; zeros when there are no rows.</summary>
    public ReadOnlySpan<double> Mean
    {
        get
        {
            AbsorbPending();
            return _mean;
        }
    }

    /// <summary>Σ (xᵢ − meanᵢ)(xⱼ − meanⱼ); zeros when there are fewer than two rows. To be read, not changed.</summary>
    internal SymmetricMatrix CoMoments
    {
        get
        {
            AbsorbPending();
            return _coMoments;
        }
    }

    /// <summary>Adds rows.</summary>
    /// <param name="rows">The rows, one after the other.</param>
    /// <param name="m">How many rows.</param>
    /// <exception cref="ArgumentException">
    /// The span is not <paramref name="m"/> rows, or a number in it is not finite. Nothing was added then.
    /// </exception>
    public void Add(ReadOnlySpan<float> rows, int m)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(m);
        if (rows.Length != (long)m * Width)
            throw new ArgumentException($"{rows.Length} numbers are not {m} rows of {Width}.", nameof(rows));
        ThrowIfNotFinite(rows);

        while (m > 0)
        {
            int taken;
            if (_pendingRows == 0 && m >= CentredBlock.Rows)
            {
                taken = CentredBlock.Rows;
                Absorb(rows[..(taken * Width)], taken);
            }
            else
            {
                _pending ??= new float[CentredBlock.Rows * Width];
                taken = Math.Min(m, CentredBlock.Rows - _pendingRows);
                rows[..(taken * Width)].CopyTo(_pending.AsSpan(_pendingRows * Width));
                _pendingRows += taken;
                if (_pendingRows == CentredBlock.Rows)
                    AbsorbPending();
            }

            rows = rows[(taken * Width)..];
            m -= taken;
        }
    }

    /// <summary>The moments of the rows of both; neither argument changes.</summary>
    /// <exception cref="ArgumentException">Their widths differ.</exception>
    public static Moments Merge(Moments a, Moments b)
    {
        if (a.Width != b.Width)
            throw new ArgumentException($"moments of {a.Width} and of {b.Width} numbers per row cannot be merged.", nameof(b));

        a.AbsorbPending();
        b.AbsorbPending();
        if (a.Count == 0 || b.Count == 0)
        {
            var only = a.Count == 0 ? b : a;
            return new Moments(only.Count, [.. only._mean], only._coMoments.Clone());
        }

        var count = checked(a.Count + b.Count);
        var between = new double[a.Width];
        var mean = new double[a.Width];
        for (var i = 0; i < mean.Length; i++)
        {
            between[i] = b._mean[i] - a._mean[i];
            mean[i] = a._mean[i] + (between[i] * b.Count / count);
        }

        var coMoments = a._coMoments.Clone();
        coMoments.Add(b._coMoments);
        coMoments.AddOuterProduct((double)a.Count * b.Count / count, between);
        return new Moments(count, mean, coMoments);
    }

    /// <summary>Writes the moments as <see cref="MomentsFile"/> describes.</summary>
    public void Write(Stream s) => MomentsFile.Write(this, s);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The stream holds something else, is cut short, or was changed.</exception>
    public static Moments Read(Stream s) => MomentsFile.Read(s);

    private static double[] NewMean(int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, WidestRow);
        return new double[width];
    }

    private void ThrowIfNotFinite(ReadOnlySpan<float> rows)
    {
        // x · 0 is 0 for every finite x and NaN otherwise.
        var sum = Vector<float>.Zero;
        var i = 0;
        for (; i <= rows.Length - Vector<float>.Count; i += Vector<float>.Count)
            sum += new Vector<float>(rows[i..]) * Vector<float>.Zero;
        var tail = 0f;
        for (; i < rows.Length; i++)
            tail += rows[i] * 0f;
        if (Vector.Sum(sum) + tail == 0f)
            return;

        for (i = 0; i < rows.Length; i++)
        {
            if (!float.IsFinite(rows[i]))
                throw new ArgumentException($"feature {i % Width} of row {i / Width} is {(float.IsNaN(rows[i]) ? "not a number" : "infinite")}.", nameof(rows));
        }
    }

    private void AbsorbPending()
    {
        if (_pendingRows == 0)
            return;
        var count = _pendingRows;
        _pendingRows = 0;
        Absorb(_pending.AsSpan(0, count * Width), count);
    }

    private void Absorb(ReadOnlySpan<float> rows, int count)
    {
        _block ??= new CentredBlock(Width);
        _block.Fill(rows, count);
        if (_absorbed == 0)
        {
            _block.Mean.CopyTo(_mean);
            _block.AddTo(_coMoments, count);
        }
        else
        {
            // Chan's correction, n·m/(n+m) · δδᵀ, enters the block as one more row.
            var total = _absorbed + count;
            var weight = Math.Sqrt((double)_absorbed * count / total);
            Span<double> between = Width <= 2048 ? stackalloc double[Width] : new double[Width];
            for (var i = 0; i < between.Length; i++)
            {
                var distance = _block.Mean[i] - _mean[i];
                between[i] = weight * distance;
                _mean[i] += distance * count / total;
            }

            _block.AddTo(_coMoments, count, between);
        }

        _absorbed += count;
    }
}
