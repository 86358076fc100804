using System.Numerics;

namespace Pomona.Numerics.Reduction;

/// <summary>
/// A growing set of orthonormal vectors of one length. They lie in groups of eight, so that a vector that is made
/// orthogonal to them is written once per group, and a group is read from memory once.
/// </summary>
internal sealed unsafe class OrthonormalBasis
{
    private const int GroupVectors = 8;
    private readonly List<AlignedDoubles> _groups = [];
    private readonly int _length;

    /// <param name="length">The vectors' length, a multiple of eight.</param>
    public OrthonormalBasis(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(length % GroupVectors, 0);
        _length = length;
    }

    public int Count { get; private set; }

    /// <summary>The vector at an index; valid while the basis is reachable.</summary>
    public double* this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
            return _groups[index / GroupVectors].First + ((nint)(index % GroupVectors) * _length);
        }
    }

    /// <summary>Adds <paramref name="factor"/> times a vector; the caller has made it orthogonal to all here.</summary>
    public void Add(double* vector, double factor)
    {
        if (Count % GroupVectors == 0)
            _groups.Add(new AlignedDoubles((long)GroupVectors * _length));
        Count++;
        var target = this[Count - 1];
        for (var i = 0; i < _length; i++)
            target[i] = factor * vector[i];
    }

    /// <summary>
    /// Takes from <paramref name="w"/> its part within the basis: one pass of Gram–Schmidt, modified between groups and
    /// classical within.
    /// </summary>
    public void Project(double* w)
    {
        var h = stackalloc double[GroupVectors];
        foreach (var group in _groups)
        {
            // A group's missing vectors are zero and change nothing.
            for (var i = 0; i < GroupVectors; i++)
                h[i] = -Lanes.Dot(group.First + ((nint)i * _length), w, _length);
            AddCombination(group.First, h, w);
        }
    }

    /// <summary>Adds Σ coefficients[i] · vector[i] to <paramref name="target"/>.</summary>
    public void Combine(ReadOnlySpan<double> coefficients, double* target)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(coefficients.Length, Count);
        var h = stackalloc double[GroupVectors];
        for (var g = 0; g < _groups.Count; g++)
        {
            for (var i = 0; i < GroupVectors; i++)
            {
                var index = (g * GroupVectors) + i;
                h[i] = index < coefficients.Length ? coefficients[index] : 0;
            }

            AddCombination(_groups[g].First, h, target);
        }
    }

    private void AddCombination(double* group, double* h, double* target)
    {
        double* v0 = group, v1 = v0 + _length, v2 = v1 + _length, v3 = v2 + _length;
        double* v4 = v3 + _length, v5 = v4 + _length, v6 = v5 + _length, v7 = v6 + _length;
        Vector<double> h0 = new(h[0]), h1 = new(h[1]), h2 = new(h[2]), h3 = new(h[3]);
        Vector<double> h4 = new(h[4]), h5 = new(h[5]), h6 = new(h[6]), h7 = new(h[7]);
        for (var i = 0; i < _length; i += Vector<double>.Count)
        {
            var low = (h0 * Vector.Load(v0 + i)) + (h1 * Vector.Load(v1 + i))
                + ((h2 * Vector.Load(v2 + i)) + (h3 * Vector.Load(v3 + i)));
            var high = (h4 * Vector.Load(v4 + i)) + (h5 * Vector.Load(v5 + i))
                + ((h6 * Vector.Load(v6 + i)) + (h7 * Vector.Load(v7 + i)));
            (Vector.Load(target + i) + (low + high)).Store(target + i);
        }
    }
}
