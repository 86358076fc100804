using Pomona.Vision.Imaging;

namespace Pomona.Vision.Resizing;

/// <summary>
/// Which source pixels make one output pixel along an axis, and with which weights, exactly as Pillow computes them
/// (<c>precompute_coeffs</c> and <c>normalize_coeffs_8bpc</c> in its <c>Resample.c</c>, 9.4): the filter is widened by the
/// scale when shrinking, cut at the border and normalised to a sum of 1 there, then rounded to 22-bit fixed point.
/// </summary>
internal sealed class ResampleAxis
{
    /// <summary>Bits behind the binary point: 32 − 8 for the pixel − 2 for what bicubic overshoots.</summary>
    public const int PrecisionBits = 32 - 8 - 2;

    /// <summary>A half, for rounding.</summary>
    public const int Half = 1 << (PrecisionBits - 1);

    private readonly ResizeFilter _filter;
    private double[] _weights = [];

    /// <param name="filter">Bicubic or bilinear.</param>
    /// <param name="output">How many output pixels, 1 or more.</param>
    public ResampleAxis(ResizeFilter filter, int output)
    {
        _filter = filter;
        First = new int[output];
        Count = new int[output];
    }

    /// <summary>How many source pixels it was last computed for.</summary>
    public int Source { get; private set; }

    /// <summary>The first source pixel of each output pixel.</summary>
    public int[] First { get; }

    /// <summary>How many source pixels each output pixel takes.</summary>
    public int[] Count { get; }

    /// <summary>Weights per output pixel: a multiple of 8, at least as many as any <see cref="Count"/>.</summary>
    public int Stride { get; private set; }

    /// <summary>The weights of each output pixel from its index times <see cref="Stride"/> on; zero beyond its count.</summary>
    public int[] Weights { get; private set; } = [];

    /// <summary>The first source pixel that any output pixel takes.</summary>
    public int FirstUsed => First[0];

    /// <summary>One past the last source pixel that any output pixel takes.</summary>
    public int EndUsed => First[^1] + Count[^1];

    /// <summary>Computes the weights for a source of this many pixels, in the memory of the last ones where it fits.</summary>
    public void Compute(int source)
    {
        var output = First.Length;
        // Pillow keeps the box in single precision, which is exact up to 2^24 pixels.
        var scale = (double)(float)source / output;
        var widening = Math.Max(scale, 1.0);
        var support = (_filter == ResizeFilter.Bicubic ? 2.0 : 1.0) * widening;
        var size = ((int)Math.Ceiling(support) * 2) + 1;
        var inverse = 1.0 / widening;

        Source = source;
        Stride = (size + 7) / 8 * 8;
        if (_weights.Length < size)
            _weights = new double[size];
        if (Weights.Length < Stride * output)
            Weights = new int[Stride * output];
        else
            Array.Clear(Weights);

        for (var i = 0; i < output; i++)
        {
            var centre = (i + 0.5) * scale;
            var first = Math.Max((int)(centre - support + 0.5), 0);
            var count = Math.Min((int)(centre + support + 0.5), source) - first;
            var sum = 0.0;
            for (var j = 0; j < count; j++)
            {
                var weight = WeightAt((j + first - centre + 0.5) * inverse);
                _weights[j] = weight;
                sum += weight;
            }

            for (var j = 0; j < count; j++)
            {
                var weight = (sum != 0.0 ? _weights[j] / sum : _weights[j]) * (1 << PrecisionBits);
                Weights[(i * Stride) + j] = (int)(weight < 0 ? weight - 0.5 : weight + 0.5);
            }

            First[i] = first;
            Count[i] = count;
        }
    }

    private double WeightAt(double x)
    {
        x = Math.Abs(x);
        if (_filter == ResizeFilter.Bilinear)
            return x < 1.0 ? 1.0 - x : 0.0;

        // Keys' cubic convolution (1981), in the order of operations that gives Pillow's last bits.
        const double A = -0.5;
        if (x < 1.0)
            return ((((A + 2.0) * x) - (A + 3.0)) * x * x) + 1;
        return x < 2.0 ? ((((x - 5) * x) + 8) * x - 4) * A : 0.0;
    }
}

/// <summary>The weights of the source sizes seen last: photos of one camera share a few sizes.</summary>
internal sealed class ResampleAxisCache(ResizeFilter filter, int output)
{
    private const int Kept = 8;

    private readonly List<ResampleAxis> _axes = new(Kept);

    /// <summary>The weights for a source of this many pixels; valid until the next <see cref="Kept"/> different sizes.</summary>
    public ResampleAxis For(int source)
    {
        for (var i = 0; i < _axes.Count; i++)
        {
            if (_axes[i].Source == source)
                return MoveToFront(i);
        }

        if (_axes.Count < Kept)
            _axes.Add(new ResampleAxis(filter, output));
        var axis = MoveToFront(_axes.Count - 1);
        axis.Compute(source);
        return axis;
    }

    private ResampleAxis MoveToFront(int index)
    {
        var axis = _axes[index];
        for (; index > 0; index--)
            _axes[index] = _axes[index - 1];
        _axes[0] = axis;
        return axis;
    }
}
