using Pomona.Numerics.Randomness;

namespace Pomona.Numerics.Reduction;

/// <summary>
/// The largest eigenpairs of a positive semi-definite matrix, found by the Lanczos method with full reorthogonalisation
/// (Parlett, "The Symmetric Eigenvalue Problem", SIAM 1998, chapter 13).
/// </summary>
/// <remarks>
/// One Lanczos run can see only one vector of a repeated eigenvalue. So converged pairs are locked, and further runs, each
/// from a new start and orthogonal to all that is locked, look for what the earlier ones could not see, until a run's
/// largest eigenvalue is no larger than the smallest one wanted. Starts come from a fixed sequence and sums are of fixed lanes
/// (<see cref="Lanes"/>): equal matrices give equal results, bit for bit, on every processor.
/// </remarks>
internal sealed unsafe class LargestEigenpairs
{
    private const double Epsilon = 2.220446049250313e-16;

    // A pair has converged when its residual ‖Ax − θx‖ is this small beside the largest eigenvalue: rounding level.
    private const double ConvergedResidual = 8 * Epsilon;

    // Below this many steps a run says nothing about what it did not find.
    private const int FewestSteps = 20;

    private readonly SymmetricMatrix _matrix;
    private readonly int _wanted;
    private readonly int _length;
    private readonly List<(double Value, double[] Vector)> _locked = [];
    private double _largest;

    private LargestEigenpairs(SymmetricMatrix matrix, int wanted)
    {
        _matrix = matrix;
        _wanted = wanted;
        _length = matrix.PaddedOrder;
    }

    /// <param name="matrix">Positive semi-definite but for rounding.</param>
    /// <param name="wanted">At most so many are searched for.</param>
    /// <param name="ct">Looked at between two steps.</param>
    /// <returns>
    /// Values, largest first, with unit vectors of the matrix's order. Fewer than wanted when the matrix's numerical rank
    /// is lower: eigenvalues up to order · 2⁻⁵² · the largest cannot be told from zero (numpy.linalg.matrix_rank's rule).
    /// </returns>
    public static IReadOnlyList<(double Value, double[] Vector)> Find(
        SymmetricMatrix matrix, int wanted, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(wanted);
        var search = new LargestEigenpairs(matrix, Math.Min(wanted, matrix.Order));
        if (!double.IsFinite(matrix.Trace))
            throw new ArgumentException("the matrix holds numbers that are not finite.", nameof(matrix));
        for (ulong run = 0; search._wanted > 0 && search.Run(run, ct); run++)
        {
            // Every run but the last finds a pair that was not there; rounding could at worst make it find one again.
            if (run > 2 * (ulong)matrix.Order)
                throw new ArithmeticException($"the eigenpairs of a matrix of order {matrix.Order} did not settle in {run} runs.");
        }

        return [.. search._locked.Select(pair => (pair.Value, pair.Vector[..matrix.Order]))];
    }

    // One Lanczos run; true when it found something, so that there may be more.
    private bool Run(ulong run, CancellationToken ct)
    {
        var lockedBasis = new OrthonormalBasis(_length);
        foreach (var (_, vector) in _locked)
        {
            fixed (double* v = vector)
                lockedBasis.Add(v, 1);
        }

        var basis = new OrthonormalBasis(_length);
        var work = new AlignedDoubles(_length);
        var w = work.First;
        Start(run, work.Span);
        var start = Norm(w);
        var norm = MakeOrthogonal(w, lockedBasis, basis, start);
        if (_locked.Count == _matrix.Order || norm <= _matrix.Order * Epsilon * start)
            return false; // what is locked spans all there is
        basis.Add(w, 1 / norm);

        var alpha = new List<double>();
        var beta = new List<double>();
        var most = _matrix.Order - _locked.Count;
        var check = FirstCheck(most);
        TridiagonalEigenpairs ritz;
        int converged;
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var j = alpha.Count;
            var v = basis[j];
            _matrix.Multiply(v, w);
            var a = Lanes.Dot(v, w, _length);
            alpha.Add(a);
            for (var i = 0; i < _length; i++)
                w[i] -= a * v[i];
            if (j > 0)
            {
                var before = basis[j - 1];
                var b = beta[j - 1];
                for (var i = 0; i < _length; i++)
                    w[i] -= b * before[i];
            }

            norm = MakeOrthogonal(w, lockedBasis, basis, Norm(w));
            _largest = Math.Max(_largest, a);
            var exhausted = alpha.Count == most || norm <= ConvergedResidual * _largest;
            if (exhausted || alpha.Count >= check)
            {
                ritz = TridiagonalEigenpairs.WithLastElements([.. alpha], [.. beta]);
                _largest = Math.Max(_largest, ritz.Values[0]);
                converged = exhausted ? alpha.Count : Converged(ritz, norm);
                if (exhausted || IsEnough(ritz, norm, converged))
                    break;
                check = alpha.Count + Math.Max(6, alpha.Count / 16);
            }

            beta.Add(norm);
            basis.Add(w, 1 / norm);
        }

        GC.KeepAlive(work); // w points into it
        return Lock(TridiagonalEigenpairs.WithVectors([.. alpha], [.. beta]), converged, basis);
    }

    private int FirstCheck(int most)
        => Math.Min(most, _locked.Count == 0 ? Math.Max(FewestSteps, 2 * _wanted) : FewestSteps);

    private int Converged(TridiagonalEigenpairs ritz, double norm)
    {
        var count = 0;
        while (count < ritz.Values.Length && norm * Math.Abs(ritz.Vector(count)[0]) <= ConvergedResidual * _largest)
            count++;
        return count;
    }

    // Whether nothing that has not converged can be among the wanted.
    private bool IsEnough(TridiagonalEigenpairs ritz, double norm, int converged)
    {
        if (converged >= _wanted || converged == ritz.Values.Length)
            return true;
        var upper = ritz.Values[converged] + (norm * Math.Abs(ritz.Vector(converged)[0]));
        return upper <= Threshold(ritz.Values.AsSpan(0, converged));
    }

    // What an eigenvalue must exceed to be among the wanted, given the locked ones and further ones.
    private double Threshold(ReadOnlySpan<double> further)
    {
        var floor = _matrix.Order * Epsilon * _largest;
        if (_locked.Count + further.Length < _wanted)
            return floor;
        var values = new List<double>(_locked.Select(pair => pair.Value));
        values.AddRange(further);
        values.Sort();
        return Math.Max(floor, values[^_wanted]);
    }

    private bool Lock(TridiagonalEigenpairs ritz, int converged, OrthonormalBasis basis)
    {
        var found = false;
        for (var i = 0; i < converged; i++)
        {
            var value = ritz.Values[i];
            if (value <= Threshold([]) + (_locked.Count >= _wanted ? ConvergedResidual * _largest : 0))
                break;

            var vector = new AlignedDoubles(_length);
            basis.Combine(ritz.Vector(i), vector.First);
            var norm = Norm(vector.First);
            foreach (ref var element in vector.Span)
                element /= norm;

            if (_locked.Count == _wanted)
                _locked.RemoveAt(_wanted - 1);
            // Behind equal values, so that the order is the order of discovery.
            var place = _locked.FindIndex(pair => pair.Value < value);
            _locked.Insert(place < 0 ? _locked.Count : place, (value, vector.Span.ToArray()));
            found = true;
        }

        return found;
    }

    // Gram–Schmidt again as long as a pass takes away much of the vector: then what is left is orthogonal to rounding
    // (Daniel, Gragg, Kaufman, Stewart, Mathematics of Computation 30, 1976).
    private double MakeOrthogonal(double* w, OrthonormalBasis locked, OrthonormalBasis basis, double norm)
    {
        while (true)
        {
            locked.Project(w);
            basis.Project(w);
            var left = Norm(w);
            if (!(left <= 0.7 * norm) || left <= Epsilon * Epsilon * _largest)
                return left;
            norm = left;
        }
    }

    // Zero where the matrix's row is zero, so that loadings there stay exactly zero.
    private void Start(ulong run, Span<double> vector)
    {
        vector.Clear();
        var random = new SplitMix64(run);
        for (var i = 0; i < _matrix.Order; i++)
        {
            var number = (2.0 * (random.Next() >> 11) / (1UL << 53)) - 1;
            if (_matrix[i, i] > 0)
                vector[i] = number;
        }
    }

    private double Norm(double* v) => Math.Sqrt(Lanes.Dot(v, v, _length));
}
