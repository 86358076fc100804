using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pomona.Numerics.Classification;

/// <summary>
/// Sums in lanes of one width, no step fused: the same bits on every processor, where the widest vectors of each would give
/// sums of another order.
/// </summary>
internal static class FixedLanes
{
    private const int Lanes = 8;
    private const int Block = 4 * Lanes;

    /// <summary>Σ aᵢ · bᵢ; the spans are of one length.</summary>
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(b.Length, a.Length);
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b);
        Vector256<float> first = default, second = default, third = default, fourth = default;
        var i = 0;
        for (; i <= a.Length - Block; i += Block)
        {
            first += Vector256.LoadUnsafe(ref x, (nuint)i) * Vector256.LoadUnsafe(ref y, (nuint)i);
            second += Vector256.LoadUnsafe(ref x, (nuint)(i + Lanes)) * Vector256.LoadUnsafe(ref y, (nuint)(i + Lanes));
            third += Vector256.LoadUnsafe(ref x, (nuint)(i + (2 * Lanes))) * Vector256.LoadUnsafe(ref y, (nuint)(i + (2 * Lanes)));
            fourth += Vector256.LoadUnsafe(ref x, (nuint)(i + (3 * Lanes))) * Vector256.LoadUnsafe(ref y, (nuint)(i + (3 * Lanes)));
        }

        for (; i <= a.Length - Lanes; i += Lanes)
            first += Vector256.LoadUnsafe(ref x, (nuint)i) * Vector256.LoadUnsafe(ref y, (nuint)i);
        var eight = (first + second) + (third + fourth);
        var four = eight.GetLower() + eight.GetUpper();
        var sum = (four[0] + four[2]) + (four[1] + four[3]);
        for (; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    /// <summary>sumᵢ += factor · aᵢ; the spans are of one length.</summary>
    public static void AddScaled(ReadOnlySpan<float> a, float factor, Span<float> sum)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sum.Length, a.Length);
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(sum);
        var factors = Vector256.Create(factor);
        var i = 0;
        for (; i <= a.Length - Lanes; i += Lanes)
            (Vector256.LoadUnsafe(ref y, (nuint)i) + (Vector256.LoadUnsafe(ref x, (nuint)i) * factors)).StoreUnsafe(ref y, (nuint)i);
        for (; i < a.Length; i++)
            sum[i] += a[i] * factor;
    }
}
