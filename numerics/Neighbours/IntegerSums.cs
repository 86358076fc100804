using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pomona.Numerics.Neighbours;

/// <summary>Exact sums over whole numbers: the same on every processor, however wide its vectors are.</summary>
internal static class IntegerSums
{
    /// <summary>Σ (aᵢ − bᵢ)²; the spans are of one length, at most 65,536.</summary>
    public static long SquaredDifferences(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(b.Length, a.Length);
        var sums = Vector<uint>.Zero;
        var i = 0;
        for (; i <= a.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            var (x, y) = (new Vector<byte>(a[i..]), new Vector<byte>(b[i..]));
            Vector.Widen(Vector.Max(x, y) - Vector.Min(x, y), out var low, out var high);
            Vector.Widen(low * low, out var first, out var second);
            Vector.Widen(high * high, out var third, out var fourth);
            sums += (first + second) + (third + fourth);
        }

        Vector.Widen(sums, out var lowSums, out var highSums);
        var sum = (long)Vector.Sum(lowSums + highSums);
        for (; i < a.Length; i++)
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        return sum;
    }

    /// <summary>Σ (aᵢ − bᵢ)²; the spans are of one length, at most 64, and no difference is larger than 8,192.</summary>
    public static long SquaredDifferences(ReadOnlySpan<short> a, ReadOnlySpan<short> b)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(b.Length, a.Length);
        if (!Avx2.IsSupported || a.Length % Vector256<short>.Count != 0)
            return SquaredDifferencesAnywhere(a, b);
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b);
        var sums = Vector256<int>.Zero;
        for (var i = 0; i < a.Length; i += Vector256<short>.Count)
        {
            var difference = Vector256.LoadUnsafe(ref x, (nuint)i) - Vector256.LoadUnsafe(ref y, (nuint)i);
            sums += Avx2.MultiplyAddAdjacent(difference, difference);
        }

        // Lanes hold at most 4 · 2 · 2²⁶ each; the sum of all may need the 33rd bit.
        var (low, high) = Vector256.Widen(sums);
        return Vector256.Sum(low + high);
    }

    /// <inheritdoc cref="SquaredDifferences(ReadOnlySpan{short}, ReadOnlySpan{short})"/>
    internal static long SquaredDifferencesAnywhere(ReadOnlySpan<short> a, ReadOnlySpan<short> b)
    {
        var sums = Vector<long>.Zero;
        var i = 0;
        for (; i <= a.Length - Vector<short>.Count; i += Vector<short>.Count)
        {
            Vector.Widen(new Vector<short>(a[i..]) - new Vector<short>(b[i..]), out var low, out var high);
            Vector.Widen((low * low) + (high * high), out var first, out var second);
            sums += first + second;
        }

        var sum = Vector.Sum(sums);
        for (; i < a.Length; i++)
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        return sum;
    }

    /// <summary>Σ aᵢ · bᵢ; the spans are of one length, at most 65,536, and no number is −128.</summary>
    public static long Dot(ReadOnlySpan<sbyte> a, ReadOnlySpan<sbyte> b)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(b.Length, a.Length);
        var sums = Vector<int>.Zero;
        var i = 0;
        for (; i <= a.Length - Vector<sbyte>.Count; i += Vector<sbyte>.Count)
        {
            Vector.Widen(new Vector<sbyte>(a[i..]), out var lowA, out var highA);
            Vector.Widen(new Vector<sbyte>(b[i..]), out var lowB, out var highB);
            // Two products of at most 127² fit into 16 bits.
            Vector.Widen((lowA * lowB) + (highA * highB), out var first, out var second);
            sums += first + second;
        }

        Vector.Widen(sums, out var lowSums, out var highSums);
        var sum = Vector.Sum(lowSums + highSums);
        for (; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
