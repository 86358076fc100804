using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Pomona.Numerics.Reduction;

/// <summary>
/// Sums of products whose rounding is the same on every processor: always in eight lanes, which are added in one order; of float64
/// each product and its addition are rounded once (a fused multiply-add), of float32 each for itself. However wide the processor's
/// vectors are, a sum has the same bits.
/// </summary>
internal static unsafe class Lanes
{
    /// <summary>How many there are; vectors have a multiple of so many numbers.</summary>
    public const int Count = 8;

    /// <summary>Σ x[i] · y[i].</summary>
    /// <param name="x">So many numbers.</param>
    /// <param name="y">As many.</param>
    /// <param name="length">A multiple of <see cref="Count"/>.</param>
    public static double Dot(double* x, double* y, int length)
    {
        Vector256<double> low = default, high = default;
        for (var i = 0; i < length; i += Count)
        {
            low = MultiplyAdd(Vector256.Load(x + i), Vector256.Load(y + i), low);
            high = MultiplyAdd(Vector256.Load(x + i + 4), Vector256.Load(y + i + 4), high);
        }

        return Sum(low, high);
    }

    /// <summary>The eight lanes' sum.</summary>
    /// <param name="low">Lanes 0 to 3.</param>
    /// <param name="high">Lanes 4 to 7.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Vector256<double> low, Vector256<double> high)
    {
        var four = low + high;
        var two = four.GetLower() + four.GetUpper();
        return two[0] + two[1];
    }

    /// <summary>x · y + <paramref name="sum"/>, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> MultiplyAdd(Vector256<double> x, Vector256<double> y, Vector256<double> sum)
        => Fma.IsSupported
            ? Fma.MultiplyAdd(x, y, sum)
            : Vector256.Create(MultiplyAdd(x.GetLower(), y.GetLower(), sum.GetLower()), MultiplyAdd(x.GetUpper(), y.GetUpper(), sum.GetUpper()));

    /// <inheritdoc cref="MultiplyAdd(Vector256{double}, Vector256{double}, Vector256{double})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> MultiplyAdd(Vector128<double> x, Vector128<double> y, Vector128<double> sum)
        => AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.FusedMultiplyAdd(sum, x, y)
            : Fma.IsSupported ? Fma.MultiplyAdd(x, y, sum)
            : Vector128.Create(Math.FusedMultiplyAdd(x[0], y[0], sum[0]), Math.FusedMultiplyAdd(x[1], y[1], sum[1]));

    /// <summary>Σ aᵢ · bᵢ; the spans are of one length.</summary>
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(b.Length, a.Length);
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b);
        Vector256<float> first = default, second = default, third = default, fourth = default;
        var i = 0;
        for (; i <= a.Length - (4 * Count); i += 4 * Count)
        {
            first += Vector256.LoadUnsafe(ref x, (nuint)i) * Vector256.LoadUnsafe(ref y, (nuint)i);
            second += Vector256.LoadUnsafe(ref x, (nuint)(i + Count)) * Vector256.LoadUnsafe(ref y, (nuint)(i + Count));
            third += Vector256.LoadUnsafe(ref x, (nuint)(i + (2 * Count))) * Vector256.LoadUnsafe(ref y, (nuint)(i + (2 * Count)));
            fourth += Vector256.LoadUnsafe(ref x, (nuint)(i + (3 * Count))) * Vector256.LoadUnsafe(ref y, (nuint)(i + (3 * Count)));
        }

        for (; i <= a.Length - Count; i += Count)
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
        for (; i <= a.Length - Count; i += Count)
            (Vector256.LoadUnsafe(ref y, (nuint)i) + (Vector256.LoadUnsafe(ref x, (nuint)i) * factors)).StoreUnsafe(ref y, (nuint)i);
        for (; i < a.Length; i++)
            sum[i] += a[i] * factor;
    }
}
