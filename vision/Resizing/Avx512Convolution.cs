using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Pomona.Vision.Imaging;

namespace Pomona.Vision.Resizing;

/// <summary>
/// The pass along rows of <see cref="ConvolutionResizer"/> with AVX-512, eight pixels at a time; the arithmetic is
/// <see cref="Avx2Convolution"/>'s. It pays where many pixels make one, as of photographs.
/// </summary>
internal static unsafe class Avx512Convolution
{
    /// <summary>Below this many weights per pixel half of each vector would be empty.</summary>
    public const int FewestWeights = 16;

    /// <summary>As <see cref="PortableConvolution.Rows"/>; <see cref="RgbImage.Padding"/> bytes follow the last row.</summary>
    public static void Rows(byte* source, int sourceStride, int rows, ResampleAxis axis, byte* into, int stride)
    {
        var y = 0;
        for (; y + 4 <= rows; y += 4)
            FourRows(source + ((long)sourceStride * y), sourceStride, axis, into + ((long)stride * y), stride);
        if (y < rows)
            Avx2Convolution.Rows(source + ((long)sourceStride * y), sourceStride, rows - y, axis, into + ((long)stride * y), stride);
    }

    private static void FourRows(byte* row, int sourceStride, ResampleAxis axis, byte* into, int stride)
    {
        fixed (int* allWeights = axis.Weights, first = axis.First, count = axis.Count)
        {
            var weights = allWeights;
            for (var x = 0; x < axis.First.Length; x++, weights += axis.Stride, into += 3)
            {
                var p0 = row + (3L * first[x]);
                var p1 = p0 + sourceStride;
                var p2 = p1 + sourceStride;
                var p3 = p2 + sourceStride;
                var (h0, h1, h2, h3) = (Vector512<int>.Zero, Vector512<int>.Zero, Vector512<int>.Zero, Vector512<int>.Zero);
                var (l0, l1, l2, l3) = (h0, h0, h0, h0);
                var last = count[x];
                for (var i = 0; i < last; i += 8)
                {
                    Split(weights + i, out var high, out var low);
                    var a = EightPixels(p0 + (3 * i));
                    h0 += Avx512BW.MultiplyAddAdjacent(a, high);
                    l0 += Avx512BW.MultiplyAddAdjacent(a, low);
                    var b = EightPixels(p1 + (3 * i));
                    h1 += Avx512BW.MultiplyAddAdjacent(b, high);
                    l1 += Avx512BW.MultiplyAddAdjacent(b, low);
                    var c = EightPixels(p2 + (3 * i));
                    h2 += Avx512BW.MultiplyAddAdjacent(c, high);
                    l2 += Avx512BW.MultiplyAddAdjacent(c, low);
                    var d = EightPixels(p3 + (3 * i));
                    h3 += Avx512BW.MultiplyAddAdjacent(d, high);
                    l3 += Avx512BW.MultiplyAddAdjacent(d, low);
                }

                Avx2Convolution.StoreFour(Sum(h0, l0), Sum(h1, l1), Sum(h2, l2), Sum(h3, l3), into, stride);
            }
        }
    }

    // Eight weights as 16-bit pairs for the order of EightPixels: w0 w1 four times, then w2 w3, w4 w5, w6 w7.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Split(int* weights, out Vector512<short> high, out Vector512<short> low)
    {
        var w = Vector256.Load(weights);
        var halves = Avx2.PackSignedSaturate(
            Vector256.ShiftRightArithmetic(w, Avx2Convolution.LowBits), w & Vector256.Create(Avx2Convolution.Mask)).AsInt32().ToVector512Unsafe();
        high = Avx512F.PermuteVar16x32(
            halves, Vector512.Create(0, 0, 0, 0, 1, 1, 1, 1, 4, 4, 4, 4, 5, 5, 5, 5)).AsInt16();
        low = Avx512F.PermuteVar16x32(
            halves, Vector512.Create(2, 2, 2, 2, 3, 3, 3, 3, 6, 6, 6, 6, 7, 7, 7, 7)).AsInt16();
    }

    // Eight RGB pixels as words, r0 r1 g0 g1 b0 b1 0 0, then those of pixels 2 and 3, 4 and 5, 6 and 7. Reads 28 bytes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> EightPixels(byte* pixels) => Avx512BW.ConvertToVector512Int16(Avx2.Shuffle(
        Vector256.Create(Vector128.Load(pixels), Vector128.Load(pixels + 12)),
        Vector256.Create(
            0, 3, 1, 4, 2, 5, 255, 255, 6, 9, 7, 10, 8, 11, 255, 255, 0, 3, 1, 4, 2, 5, 255, 255, 6, 9, 7, 10, 8, 11, 255, 255)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Sum(Vector512<int> high, Vector512<int> low)
        => Avx2Convolution.Sum(high.GetLower() + high.GetUpper(), low.GetLower() + low.GetUpper());
}
