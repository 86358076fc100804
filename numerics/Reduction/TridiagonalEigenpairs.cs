using System.Numerics;

namespace Pomona.Numerics.Reduction;

/// <summary>
/// All eigenvalues of a symmetric tridiagonal matrix, largest first, with chosen rows of its eigenvectors: the implicit QL
/// method (Bowdler, Martin, Reinsch, Wilkinson, "The QR and QL algorithms for symmetric matrices", Numerische Mathematik
/// 11, 1968; EISPACK's tql2).
/// </summary>
internal sealed class TridiagonalEigenpairs
{
    private const int MostSweeps = 60;

    // The distance from 1 to the next float64.
    private const double Epsilon = 2.220446049250313e-16;
    private readonly double[][] _vectors;

    private TridiagonalEigenpairs(double[] values, double[][] vectors)
    {
        Values = values;
        _vectors = vectors;
    }

    /// <summary>The eigenvalues, largest first.</summary>
    public double[] Values { get; }

    /// <summary>The wanted rows of the eigenvector of <see cref="Values"/>[<paramref name="index"/>].</summary>
    public ReadOnlySpan<double> Vector(int index) => _vectors[index];

    /// <summary>Eigenvalues and whole eigenvectors.</summary>
    /// <param name="diagonal">m numbers.</param>
    /// <param name="beside">The m − 1 numbers beside the diagonal.</param>
    public static TridiagonalEigenpairs WithVectors(ReadOnlySpan<double> diagonal, ReadOnlySpan<double> beside)
    {
        var vectors = new double[diagonal.Length][];
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = new double[vectors.Length];
            vectors[i][i] = 1;
        }

        return Solve(diagonal, beside, vectors);
    }

    /// <summary>Eigenvalues, and of each eigenvector only the last element.</summary>
    /// <inheritdoc cref="WithVectors"/>
    public static TridiagonalEigenpairs WithLastElements(ReadOnlySpan<double> diagonal, ReadOnlySpan<double> beside)
    {
        var vectors = new double[diagonal.Length][];
        for (var i = 0; i < vectors.Length; i++)
            vectors[i] = [i == vectors.Length - 1 ? 1 : 0];
        return Solve(diagonal, beside, vectors);
    }

    private static TridiagonalEigenpairs Solve(
        ReadOnlySpan<double> diagonal, ReadOnlySpan<double> beside, double[][] vectors)
    {
        var m = diagonal.Length;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(m);
        ArgumentOutOfRangeException.ThrowIfNotEqual(beside.Length, m - 1);
        double[] d = [.. diagonal];
        double[] e = [.. beside, 0];

        for (var start = 0; start < m; start++)
        {
            for (var sweep = 0; ; sweep++)
            {
                var end = start;
                while (end < m - 1 && Math.Abs(e[end]) > Epsilon * (Math.Abs(d[end]) + Math.Abs(d[end + 1])))
                    end++;
                if (end == start)
                    break;
                if (sweep == MostSweeps)
                    throw new ArithmeticException($"the QL method found no eigenvalue of a tridiagonal matrix of order {m} in {MostSweeps} sweeps.");
                Sweep(d, e, vectors, start, end);
            }
        }

        // The order of equal eigenvalues follows their place, so that it never depends on the sorting algorithm.
        var order = Enumerable.Range(0, m).OrderByDescending(i => d[i]).ToArray();
        return new TridiagonalEigenpairs([.. order.Select(i => d[i])], [.. order.Select(i => vectors[i])]);
    }

    private static void Sweep(double[] d, double[] e, double[][] vectors, int start, int end)
    {
        // Wilkinson's shift, from the leading two by two.
        var g = (d[start + 1] - d[start]) / (2 * e[start]);
        var r = double.Hypot(g, 1);
        g = d[end] - d[start] + (e[start] / (g + Math.CopySign(r, g)));
        double s = 1, c = 1, p = 0;
        for (var i = end - 1; i >= start; i--)
        {
            var f = s * e[i];
            var b = c * e[i];
            r = double.Hypot(f, g);
            e[i + 1] = r;
            if (r == 0)
            {
                // The matrix fell apart here; the next sweep sees two smaller ones.
                d[i + 1] -= p;
                e[end] = 0;
                return;
            }

            s = f / r;
            c = g / r;
            g = d[i + 1] - p;
            r = ((d[i] - g) * s) + (2 * c * b);
            p = s * r;
            d[i + 1] = g + p;
            g = (c * r) - b;
            Rotate(vectors[i], vectors[i + 1], c, s);
        }

        d[start] -= p;
        e[start] = g;
        e[end] = 0;
    }

    private static void Rotate(Span<double> left, Span<double> right, double c, double s)
    {
        var k = 0;
        if (left.Length >= Vector<double>.Count)
        {
            Vector<double> cosine = new(c), sine = new(s);
            for (; k <= left.Length - Vector<double>.Count; k += Vector<double>.Count)
            {
                Vector<double> x = new(left[k..]), y = new(right[k..]);
                ((sine * x) + (cosine * y)).CopyTo(right[k..]);
                ((cosine * x) - (sine * y)).CopyTo(left[k..]);
            }
        }

        for (; k < left.Length; k++)
        {
            var (x, y) = (left[k], right[k]);
            right[k] = (s * x) + (c * y);
            left[k] = (c * x) - (s * y);
        }
    }
}
