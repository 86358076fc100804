using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pomona.Vision.Imaging;

namespace Pomona.Vision.Resizing;

/// <summary>
/// TensorFlow's <c>tf.image.resize(method="bilinear", antialias=False)</c>: half-pixel centres, single precision, in the
/// order of operations of its CPU kernel (<c>resize_bilinear_op.cc</c>); see <see cref="ResizeFilter.TensorFlowBilinear"/>
/// for the rounding.
/// </summary>
internal sealed class TensorFlowBilinearResizer
{
    private readonly Neighbours[] _columns;
    private readonly Neighbours[] _rows;

    public TensorFlowBilinearResizer(int width, int height)
    {
        _columns = new Neighbours[width];
        _rows = new Neighbours[height];
    }

    /// <summary>Resizes into 3 × width × height bytes.</summary>
    public unsafe void Resize(RgbImage source, Span<byte> rgb)
    {
        Place(_columns, source.Width);
        Place(_rows, source.Height);
        var last = rgb.Length - 4;
        fixed (byte* result = rgb)
        {
            var pixel = 0;
            foreach (var row in _rows)
            {
                var top = source.Pointer + (3L * source.Width * row.Lower);
                var bottom = source.Pointer + (3L * source.Width * row.Upper);
                foreach (var column in _columns)
                {
                    var left = 3 * column.Lower;
                    var right = 3 * column.Upper;
                    var above = Between(Load(top + left), Load(top + right), column.Share);
                    var below = Between(Load(bottom + left), Load(bottom + right), column.Share);
                    var value = Vector128.ConvertToInt32(
                        Between(above, below, row.Share) + Vector128.Create(0.5f)).AsByte();

                    // The fourth byte belongs to the next pixel, which is written next.
                    var packed = Vector128.Shuffle(
                        value, Vector128.Create((byte)0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)).AsUInt32().ToScalar();
                    if (pixel <= last)
                        Unsafe.WriteUnaligned(result + pixel, packed);
                    else
                        new ReadOnlySpan<byte>(&packed, 3).CopyTo(rgb[pixel..]);
                    pixel += 3;
                }
            }
        }

        GC.KeepAlive(source);
    }

    // A pixel as floats, and one byte of what follows it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector128<float> Load(byte* pixel)
    {
        var words = Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(pixel)).AsByte());
        return Vector128.ConvertToSingle(Vector128.WidenLower(words).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Between(Vector128<float> from, Vector128<float> to, float share)
        => from + ((to - from) * share);

    private static void Place(Neighbours[] places, int source)
    {
        var scale = source / (float)places.Length;
        for (var i = 0; i < places.Length; i++)
        {
            var at = ((i + 0.5f) * scale) - 0.5f;
            var floor = MathF.Floor(at);
            places[i] = new Neighbours(
                Math.Max((int)floor, 0),
                Math.Min((int)MathF.Ceiling(at), source - 1),
                at - floor);
        }
    }

    private readonly record struct Neighbours(int Lower, int Upper, float Share);
}
