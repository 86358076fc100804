using System.Numerics;
using System.Runtime.InteropServices;

namespace Pomona.Numerics.Classification;

/// <summary>The three loops that the classifiers spend their time in, as wide as the processor allows.</summary>
internal static class FloatVectors
{
    /// <summary>Σ aᵢ·bᵢ.</summary>
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var wideA = MemoryMarshal.Cast<float, Vector<float>>(a);
        var wideB = MemoryMarshal.Cast<float, Vector<float>>(b[..a.Length]);
        var (even, odd) = (Vector<float>.Zero, Vector<float>.Zero);
        var i = 0;
        for (; i + 1 < wideA.Length; i += 2)
        {
            even += wideA[i] * wideB[i];
            odd += wideA[i + 1] * wideB[i + 1];
        }

        for (; i < wideA.Length; i++)
            even += wideA[i] * wideB[i];
        var sum = Vector.Sum(even + odd);
        for (i = wideA.Length * Vector<float>.Count; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    /// <summary>Σ (aᵢ − bᵢ)².</summary>
    public static float SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var wideA = MemoryMarshal.Cast<float, Vector<float>>(a);
        var wideB = MemoryMarshal.Cast<float, Vector<float>>(b[..a.Length]);
        var (even, odd) = (Vector<float>.Zero, Vector<float>.Zero);
        var i = 0;
        for (; i + 1 < wideA.Length; i += 2)
        {
            var first = wideA[i] - wideB[i];
            var second = wideA[i + 1] - wideB[i + 1];
            even += first * first;
            odd += second * second;
        }

        for (; i < wideA.Length; i++)
            even += (wideA[i] - wideB[i]) * (wideA[i] - wideB[i]);
        var sum = Vector.Sum(even + odd);
        for (i = wideA.Length * Vector<float>.Count; i < a.Length; i++)
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        return sum;
    }

    /// <summary>y ← y + scale·x.</summary>
    public static void AddScaled(float scale, ReadOnlySpan<float> x, Span<float> y)
    {
        var wideX = MemoryMarshal.Cast<float, Vector<float>>(x);
        var wideY = MemoryMarshal.Cast<float, Vector<float>>(y[..x.Length]);
        var wideScale = new Vector<float>(scale);
        for (var i = 0; i < wideX.Length; i++)
            wideY[i] += wideScale * wideX[i];
        for (var i = wideX.Length * Vector<float>.Count; i < x.Length; i++)
            y[i] += scale * x[i];
    }
}
