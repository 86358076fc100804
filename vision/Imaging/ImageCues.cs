using System.Numerics;

namespace Pomona.Vision.Imaging;

/// <summary>
/// What an image's pixels, at the model's size, say of it besides its features: enough to find copies, blurred, dark and
/// bright ones without opening a file again. All sums are whole numbers, so that every processor finds the same.
/// </summary>
/// <param name="Brightness">Mean luma (ITU-R BT.601) of the small picture, 0 (black) to 255.</param>
/// <param name="Sharpness">
/// Variance of the discrete Laplacian (a pixel's four neighbours less four times itself) of red, green and blue together,
/// from 0; the focus measure LAPV of Pertuz, Puig and Garcia (Pattern Recognition 46, 2013).
/// </param>
public readonly record struct ImageCues(float Brightness, float Sharpness)
{
    /// <summary>Columns and rows of the small picture.</summary>
    public const int Side = 16;

    /// <summary>Bytes of the small picture: red, green, blue of each pixel, row by row.</summary>
    public const int PictureBytes = 3 * Side * Side;

    /// <summary>Finds them.</summary>
    /// <param name="rgb">3 × width × height bytes: red, green, blue, row by row.</param>
    /// <param name="width">Columns, 1 to 4,096.</param>
    /// <param name="height">Rows, 1 to 4,096.</param>
    /// <param name="picture">Takes <see cref="PictureBytes"/>: the means of 16 × 16 equal fields.</param>
    public static ImageCues Of(ReadOnlySpan<byte> rgb, int width, int height, Span<byte> picture)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, 4096);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, 4096);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rgb.Length, 3 * width * height, nameof(rgb));
        ArgumentOutOfRangeException.ThrowIfNotEqual(picture.Length, PictureBytes, nameof(picture));
        Shrink(rgb, width, height, picture);
        long luma = 0;
        for (var i = 0; i < PictureBytes; i += 3)
            luma += (299 * picture[i]) + (587 * picture[i + 1]) + (114 * picture[i + 2]);
        return new ImageCues(luma / (1000f * Side * Side), SharpnessOf(rgb, 3 * width, height));
    }

    private static void Shrink(ReadOnlySpan<byte> rgb, int width, int height, Span<byte> picture)
    {
        var row = 3 * width;
        // 4,096 rows in 16 fields are 256 of 255 at most.
        Span<ushort> sums = row <= 3 * 256 ? stackalloc ushort[row] : new ushort[row];
        for (var y = 0; y < Side; y++)
        {
            var (top, bottom) = FieldOf(y, height);
            sums.Clear();
            for (var line = top; line < bottom; line++)
                Add(rgb.Slice(row * line, row), sums);
            for (var x = 0; x < Side; x++)
            {
                var (left, right) = FieldOf(x, width);
                int red = 0, green = 0, blue = 0;
                for (var i = 3 * left; i < 3 * right; i += 3)
                {
                    red += sums[i];
                    green += sums[i + 1];
                    blue += sums[i + 2];
                }

                var count = (right - left) * (bottom - top);
                var pixel = picture.Slice(3 * ((Side * y) + x), 3);
                pixel[0] = (byte)((red + (count / 2)) / count);
                pixel[1] = (byte)((green + (count / 2)) / count);
                pixel[2] = (byte)((blue + (count / 2)) / count);
            }
        }
    }

    private static (int From, int To) FieldOf(int number, int side)
    {
        var from = number * side / Side;
        return (from, Math.Max((number + 1) * side / Side, from + 1));
    }

    private static void Add(ReadOnlySpan<byte> row, Span<ushort> sums)
    {
        var i = 0;
        for (; i <= row.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(row[i..]), out var low, out var high);
            (new Vector<ushort>(sums[i..]) + low).CopyTo(sums[i..]);
            (new Vector<ushort>(sums[(i + Vector<ushort>.Count)..]) + high).CopyTo(sums[(i + Vector<ushort>.Count)..]);
        }

        for (; i < row.Length; i++)
            sums[i] += row[i];
    }

    private static float SharpnessOf(ReadOnlySpan<byte> rgb, int row, int height)
    {
        var inner = row - 6;
        if (inner < 1 || height < 3)
            return 0;

        long sum = 0, squares = 0;
        for (var y = 1; y < height - 1; y++)
        {
            var here = rgb.Slice(row * y, row);
            var above = rgb.Slice(row * (y - 1), row);
            var below = rgb.Slice(row * (y + 1), row);
            var (sums, squared) = (Vector<int>.Zero, Vector<uint>.Zero);
            var i = 3;
            for (; i + Vector<byte>.Count <= row - 3; i += Vector<byte>.Count)
            {
                Vector.Widen(new Vector<byte>(here[i..]), out var low, out var high);
                Vector.Widen(new Vector<byte>(here[(i - 3)..]), out var lowLeft, out var highLeft);
                Vector.Widen(new Vector<byte>(here[(i + 3)..]), out var lowRight, out var highRight);
                Vector.Widen(new Vector<byte>(above[i..]), out var lowAbove, out var highAbove);
                Vector.Widen(new Vector<byte>(below[i..]), out var lowBelow, out var highBelow);
                Gather(lowLeft + lowRight + lowAbove + lowBelow - (low * 4), ref sums, ref squared);
                Gather(highLeft + highRight + highAbove + highBelow - (high * 4), ref sums, ref squared);
            }

            sum += Vector.Sum(sums);
            for (var lane = 0; lane < Vector<uint>.Count; lane++)
                squares += squared[lane];
            for (; i < row - 3; i++)
            {
                var laplacian = here[i - 3] + here[i + 3] + above[i] + below[i] - (4 * here[i]);
                sum += laplacian;
                squares += laplacian * laplacian;
            }
        }

        var count = (double)inner * (height - 2);
        return (float)((squares - (sum * (sum / count))) / count);
    }

    // 1,020 squared, 3,072 times, is what a lane of a row of 4,096 pixels holds at most: less than 2^32.
    private static void Gather(Vector<ushort> laplacians, ref Vector<int> sums, ref Vector<uint> squares)
    {
        Vector.Widen(Vector.AsVectorInt16(laplacians), out var low, out var high);
        sums += low + high;
        squares += Vector.AsVectorUInt32(low * low) + Vector.AsVectorUInt32(high * high);
    }
}
