using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Pomona.Vision.Imaging;

namespace Pomona.Vision.Resizing;

/// <summary>
/// The two passes of <see cref="ConvolutionResizer"/> with AVX2. A weight w of 23 bits and a sign is split into
/// h = w >> 12 and l = w &amp; 4095, which fit 16 bits, so that one instruction multiplies 16 bytes and adds pairs:
/// Σ p·w = (Σ p·h &lt;&lt; 12) + Σ p·l, exactly, also modulo 2^32.
/// </summary>
internal static unsafe class Avx2Convolution
{
    internal const int LowBits = 12;

    internal const int Mask = (1 << LowBits) - 1;

    /// <summary>As <see cref="PortableConvolution.Rows"/>; <see cref="RgbImage.Padding"/> bytes follow the last row.</summary>
    public static void Rows(byte* source, int sourceStride, int rows, ResampleAxis axis, byte* into, int stride)
    {
        fixed (int* weights = axis.Weights, first = axis.First, count = axis.Count)
        {
            var y = 0;
            for (; y + 4 <= rows; y += 4)
            {
                var row = source + ((long)sourceStride * y);
                FourRows(
                    row, sourceStride, weights, axis.Stride, first, count, axis.First.Length,
                    into + ((long)stride * y), stride);
            }

            for (; y < rows; y++)
            {
                OneRow(
                    source + ((long)sourceStride * y), weights, axis.Stride, first, count, axis.First.Length,
                    into + ((long)stride * y));
            }
        }
    }

    /// <summary>
    /// As <see cref="PortableConvolution.Columns"/>, with a stride of at least 15 more than the samples, and one more row
    /// that may be read.
    /// </summary>
    public static void Columns(byte* source, int stride, int first, int samples, ResampleAxis axis, Span<byte> into)
    {
        byte* last = stackalloc byte[16];
        fixed (int* allWeights = axis.Weights)
        fixed (byte* result = into)
        {
            for (var y = 0; y < axis.First.Length; y++)
            {
                var rows = source + ((long)stride * (axis.First[y] - first));
                var weights = allWeights + ((long)y * axis.Stride);
                var row = result + ((long)samples * y);
                var x = 0;
                for (; x + 16 <= samples; x += 16)
                    SixteenSamples(rows + x, stride, weights, axis.Count[y]).Store(row + x);
                if (x < samples)
                {
                    SixteenSamples(rows + x, stride, weights, axis.Count[y]).Store(last);
                    Unsafe.CopyBlockUnaligned(row + x, last, (uint)(samples - x));
                }
            }
        }
    }

    private static void FourRows(
        byte* row, int sourceStride, int* weights, int weightStride, int* first, int* count, int pixels, byte* into,
        int stride)
    {
        for (var x = 0; x < pixels; x++, weights += weightStride, into += 3)
        {
            var p0 = row + (3L * first[x]);
            var p1 = p0 + sourceStride;
            var p2 = p1 + sourceStride;
            var p3 = p2 + sourceStride;
            var (h0, h1, h2, h3) = (Vector256<int>.Zero, Vector256<int>.Zero, Vector256<int>.Zero, Vector256<int>.Zero);
            var (l0, l1, l2, l3) = (h0, h0, h0, h0);
            for (var i = 0; i < count[x]; i += 4)
            {
                Split(weights + i, out var high, out var low);
                var a = FourPixels(p0 + (3 * i));
                h0 += Avx2.MultiplyAddAdjacent(a, high);
                l0 += Avx2.MultiplyAddAdjacent(a, low);
                var b = FourPixels(p1 + (3 * i));
                h1 += Avx2.MultiplyAddAdjacent(b, high);
                l1 += Avx2.MultiplyAddAdjacent(b, low);
                var c = FourPixels(p2 + (3 * i));
                h2 += Avx2.MultiplyAddAdjacent(c, high);
                l2 += Avx2.MultiplyAddAdjacent(c, low);
                var d = FourPixels(p3 + (3 * i));
                h3 += Avx2.MultiplyAddAdjacent(d, high);
                l3 += Avx2.MultiplyAddAdjacent(d, low);
            }

            StoreFour(Sum(h0, l0), Sum(h1, l1), Sum(h2, l2), Sum(h3, l3), into, stride);
        }
    }

    /// <summary>Writes a pixel of each of four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void StoreFour(Vector128<int> a, Vector128<int> b, Vector128<int> c, Vector128<int> d, byte* into, int stride)
    {
        var bytes = Sse2.PackUnsignedSaturate(Sse2.PackSignedSaturate(a, b), Sse2.PackSignedSaturate(c, d)).AsUInt32();
        // The fourth byte belongs to the next pixel, which is written next.
        Unsafe.WriteUnaligned(into, bytes.GetElement(0));
        Unsafe.WriteUnaligned(into + stride, bytes.GetElement(1));
        Unsafe.WriteUnaligned(into + (2L * stride), bytes.GetElement(2));
        Unsafe.WriteUnaligned(into + (3L * stride), bytes.GetElement(3));
    }

    private static void OneRow(
        byte* row, int* weights, int weightStride, int* first, int* count, int pixels, byte* into)
    {
        for (var x = 0; x < pixels; x++, weights += weightStride, into += 3)
        {
            var pixel = row + (3L * first[x]);
            var (h, l) = (Vector256<int>.Zero, Vector256<int>.Zero);
            for (var i = 0; i < count[x]; i += 4)
            {
                Split(weights + i, out var high, out var low);
                var a = FourPixels(pixel + (3 * i));
                h += Avx2.MultiplyAddAdjacent(a, high);
                l += Avx2.MultiplyAddAdjacent(a, low);
            }

            var words = Sse2.PackSignedSaturate(Sum(h, l), Vector128<int>.Zero);
            Unsafe.WriteUnaligned(into, Sse2.PackUnsignedSaturate(words, words).AsUInt32().ToScalar());
        }
    }

    private static Vector128<byte> SixteenSamples(byte* rows, int stride, int* weights, int count)
    {
        var (h0, h1, l0, l1) = (Vector256<int>.Zero, Vector256<int>.Zero, Vector256<int>.Zero, Vector256<int>.Zero);
        for (var i = 0; i < count; i += 2, rows += 2L * stride)
        {
            var high = Vector256.Create(Pair(weights[i] >> LowBits, weights[i + 1] >> LowBits)).AsInt16();
            var low = Vector256.Create(Pair(weights[i] & Mask, weights[i + 1] & Mask)).AsInt16();
            var even = Vector128.Load(rows);
            var odd = Vector128.Load(rows + stride);
            var a = Avx2.ConvertToVector256Int16(Sse2.UnpackLow(even, odd));
            var b = Avx2.ConvertToVector256Int16(Sse2.UnpackHigh(even, odd));
            h0 += Avx2.MultiplyAddAdjacent(a, high);
            l0 += Avx2.MultiplyAddAdjacent(a, low);
            h1 += Avx2.MultiplyAddAdjacent(b, high);
            l1 += Avx2.MultiplyAddAdjacent(b, low);
        }

        var left = Total(h0, l0);
        var right = Total(h1, l1);
        return Sse2.PackUnsignedSaturate(
            Sse2.PackSignedSaturate(left.GetLower(), left.GetUpper()),
            Sse2.PackSignedSaturate(right.GetLower(), right.GetUpper()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Pair(int even, int odd) => (even & 0xFFFF) | (odd << 16);

    // Four weights as 16-bit pairs for the order of FourPixels: w0 w1 three times, then w2 w3 in the other half.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Split(int* weights, out Vector256<short> high, out Vector256<short> low)
    {
        var w = Vector128.Load(weights);
        var halves = Sse2.PackSignedSaturate(
            Vector128.ShiftRightArithmetic(w, LowBits), w & Vector128.Create(Mask)).AsInt32().ToVector256Unsafe();
        high = Avx2.PermuteVar8x32(halves, Vector256.Create(0, 0, 0, 0, 1, 1, 1, 1)).AsInt16();
        low = Avx2.PermuteVar8x32(halves, Vector256.Create(2, 2, 2, 2, 3, 3, 3, 3)).AsInt16();
    }

    // Four RGB pixels as words, r0 r1 g0 g1 b0 b1 0 0 and r2 r3 g2 g3 b2 b3 0 0. Reads 16 bytes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> FourPixels(byte* pixels) => Avx2.ConvertToVector256Int16(Ssse3.Shuffle(
        Vector128.Load(pixels),
        Vector128.Create(0, 3, 1, 4, 2, 5, 255, 255, 6, 9, 7, 10, 8, 11, 255, 255)));

    /// <summary>A pixel of the products with the weights' high and low parts, both halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<int> Sum(Vector256<int> high, Vector256<int> low)
    {
        var h = high.GetLower() + high.GetUpper();
        var l = low.GetLower() + low.GetUpper();
        return ((h << LowBits) + l + Vector128.Create(ResampleAxis.Half)) >> ResampleAxis.PrecisionBits;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Total(Vector256<int> high, Vector256<int> low)
        => ((high << LowBits) + low + Vector256.Create(ResampleAxis.Half)) >> ResampleAxis.PrecisionBits;
}
