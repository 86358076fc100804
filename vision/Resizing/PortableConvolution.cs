using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Pomona.Vision.Resizing;

/// <summary>The two passes of <see cref="ConvolutionResizer"/> on any processor, four channels or samples at a time.</summary>
internal static unsafe class PortableConvolution
{
    /// <summary>Resamples along rows.</summary>
    /// <param name="source">The first row.</param>
    /// <param name="sourceStride">Bytes from row to row; at least 4 readable bytes follow the last.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="axis">The weights.</param>
    /// <param name="into">The first result row.</param>
    /// <param name="stride">Bytes from result row to result row, at least 4 more than the pixels take.</param>
    public static void Rows(byte* source, int sourceStride, int rows, ResampleAxis axis, byte* into, int stride)
    {
        fixed (int* allWeights = axis.Weights)
        {
            for (var y = 0; y < rows; y++)
            {
                var row = source + ((long)sourceStride * y);
                var result = into + ((long)stride * y);
                for (var x = 0; x < axis.First.Length; x++, result += 3)
                {
                    var pixel = row + (3L * axis.First[x]);
                    var weights = allWeights + ((long)x * axis.Stride);
                    var sum = Vector128.Create(ResampleAxis.Half);
                    for (var i = 0; i < axis.Count[x]; i++, pixel += 3)
                        sum += Load4(pixel) * weights[i];
                    // The fourth byte belongs to the next pixel, which is written next.
                    Store4(sum, result);
                }
            }
        }
    }

    /// <summary>Resamples along columns.</summary>
    /// <param name="source">The row with index <paramref name="first"/>.</param>
    /// <param name="stride">Bytes from row to row, at least 4 more than <paramref name="samples"/>.</param>
    /// <param name="first">Which source row <paramref name="source"/> is.</param>
    /// <param name="samples">Bytes per row that count.</param>
    /// <param name="axis">The weights.</param>
    /// <param name="into">The result, rows without gaps.</param>
    public static void Columns(byte* source, int stride, int first, int samples, ResampleAxis axis, Span<byte> into)
    {
        fixed (int* allWeights = axis.Weights)
        {
            byte* last = stackalloc byte[4];
            for (var y = 0; y < axis.First.Length; y++)
            {
                var rows = source + ((long)stride * (axis.First[y] - first));
                var weights = allWeights + ((long)y * axis.Stride);
                var result = into.Slice(samples * y, samples);
                for (var x = 0; x < samples; x += 4)
                {
                    var sum = Vector128.Create(ResampleAxis.Half);
                    for (var i = 0; i < axis.Count[y]; i++)
                        sum += Load4(rows + ((long)stride * i) + x) * weights[i];
                    Store4(sum, last);
                    new ReadOnlySpan<byte>(last, Math.Min(4, samples - x)).CopyTo(result[x..]);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Load4(byte* bytes)
    {
        var wide = Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(bytes)).AsByte());
        return Vector128.WidenLower(wide).AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store4(Vector128<int> sum, byte* bytes)
    {
        var value = Vector128.ShiftRightArithmetic(sum, ResampleAxis.PrecisionBits);
        value = Vector128.Min(Vector128.Max(value, Vector128<int>.Zero), Vector128.Create(255));
        var narrow = Vector128.Narrow(Vector128.Narrow(value, value), Vector128<short>.Zero);
        Unsafe.WriteUnaligned(bytes, narrow.AsUInt32().ToScalar());
    }
}
