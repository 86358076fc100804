using System.Buffers.Binary;
using System.Numerics;
using Pomona.Vision.Imaging;

namespace Pomona.Vision.Formats;

/// <summary>
/// Windows and OS/2 bitmaps, which the portable libvips cannot read: 1, 4, 8, 16, 24 and 32 bits, bit fields, and the two
/// run-length encodings ([MS-WMF] 2.2.2.3 and 3.1.6). As in Pillow, the fourth byte of 32 bits without an alpha mask is
/// ignored, and pixels that a run-length encoding skips have colour 0.
/// </summary>
internal static class BmpDecoder
{
    private const int FileHeader = 14;

    private enum Compression : uint
    {
        None = 0,
        RunLength8 = 1,
        RunLength4 = 2,
        BitFields = 3,
        AlphaBitFields = 6,
    }

    public static (int Width, int Height)? SizeOf(ReadOnlySpan<byte> file)
    {
        if (file.Length < 26)
            return null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(file[14..]) == 12)
            return (BinaryPrimitives.ReadUInt16LittleEndian(file[18..]), BinaryPrimitives.ReadUInt16LittleEndian(file[20..]));

        // A negative height means rows from the top.
        return (ImageHeader.Clamp(BinaryPrimitives.ReadUInt32LittleEndian(file[18..])),
            ImageHeader.Clamp((ulong)Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(file[22..]))));
    }

    /// <summary>Decodes a file whose size is within the limits.</summary>
    /// <exception cref="RejectedImageException">It is truncated, or of a kind that nobody writes.</exception>
    public static void Decode(in ImageHeader header, ReadOnlySpan<byte> file, RgbImage into)
    {
        var headerSize = (int)BinaryPrimitives.ReadUInt32LittleEndian(file[FileHeader..]);
        var info = Take(file, FileHeader, headerSize);
        var old = headerSize == 12;
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(info[(old ? 10 : 14)..]);
        var compression = headerSize >= 40
            ? (Compression)BinaryPrimitives.ReadUInt32LittleEndian(info[16..])
            : Compression.None;
        var topDown = !old && BinaryPrimitives.ReadInt32LittleEndian(info[8..]) < 0;
        var dataAt = BinaryPrimitives.ReadUInt32LittleEndian(file[10..]);
        var data = dataAt <= file.Length ? file[(int)dataAt..] : throw Truncated();
        into.Reset(header.Width, header.Height);

        switch (bits, compression)
        {
            case (1 or 4 or 8, Compression.None):
                DecodeIndexed(data, bits, PaletteOf(file, info, bits), topDown, into);
                break;
            case (8, Compression.RunLength8):
            case (4, Compression.RunLength4):
                DecodeRuns(data, bits, PaletteOf(file, info, bits), topDown, into);
                break;
            case (24, Compression.None):
                DecodeBytes(data, topDown, into);
                break;
            case (16 or 32, Compression.None or Compression.BitFields or Compression.AlphaBitFields):
                DecodeFields(data, bits, MasksOf(file, info, bits, compression), topDown, into);
                break;
            default:
                throw new RejectedImageException(
                    $"not supported: BMP of {bits} bits per pixel in compression {(uint)compression}");
        }
    }

    // Blue, green, red and, except in OS/2's oldest header, a byte that means nothing.
    private static byte[] PaletteOf(ReadOnlySpan<byte> file, ReadOnlySpan<byte> header, int bits)
    {
        var entry = header.Length == 12 ? 3 : 4;
        var count = 1 << bits;
        var used = header.Length >= 36 ? BinaryPrimitives.ReadUInt32LittleEndian(header[32..]) : 0;
        if (used > 0 && used < count)
            count = (int)used;
        var dataAt = BinaryPrimitives.ReadUInt32LittleEndian(file[10..]);
        var start = FileHeader + header.Length;
        count = (int)Math.Min(count, Math.Max(0L, dataAt - start) / entry);
        var colours = Take(file, start, count * entry);

        // Indices beyond the palette are black.
        var palette = new byte[3 << bits];
        for (var i = 0; i < count; i++)
        {
            palette[3 * i] = colours[(i * entry) + 2];
            palette[(3 * i) + 1] = colours[(i * entry) + 1];
            palette[(3 * i) + 2] = colours[i * entry];
        }

        return palette;
    }

    private static (uint Red, uint Green, uint Blue, uint Alpha) MasksOf(
        ReadOnlySpan<byte> file, ReadOnlySpan<byte> header, int bits, Compression compression)
    {
        if (compression == Compression.None)
            return bits == 16 ? (0x7C00u, 0x03E0u, 0x001Fu, 0u) : (0x00FF0000u, 0x0000FF00u, 0x000000FFu, 0u);

        // In a header of 40 bytes the masks follow it; in the longer ones they are a part of it, at the same place.
        var masks = Take(file, FileHeader + 40, compression == Compression.AlphaBitFields || header.Length >= 56 ? 16 : 12);
        return (
            BinaryPrimitives.ReadUInt32LittleEndian(masks),
            BinaryPrimitives.ReadUInt32LittleEndian(masks[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(masks[8..]),
            masks.Length > 12 ? BinaryPrimitives.ReadUInt32LittleEndian(masks[12..]) : 0u);
    }

    private static void DecodeIndexed(
        ReadOnlySpan<byte> data, int bits, ReadOnlySpan<byte> palette, bool topDown, RgbImage into)
    {
        var stride = Stride(into.Width, bits);
        var mask = (1 << bits) - 1;
        var perByte = 8 / bits;
        for (var y = 0; y < into.Height; y++)
        {
            var source = Take(data, (long)stride * y, stride);
            var row = RowOf(into, y, topDown);
            for (var x = 0; x < into.Width; x++)
            {
                var index = (source[x / perByte] >> (8 - bits - (bits * (x % perByte)))) & mask;
                palette.Slice(3 * index, 3).CopyTo(row[(3 * x)..]);
            }
        }
    }

    private static void DecodeBytes(ReadOnlySpan<byte> data, bool topDown, RgbImage into)
    {
        var stride = Stride(into.Width, 24);
        for (var y = 0; y < into.Height; y++)
        {
            // The last row's padding may be missing.
            var source = Take(data, (long)stride * y, 3 * into.Width);
            var row = RowOf(into, y, topDown);
            for (var i = 0; i < row.Length; i += 3)
            {
                row[i] = source[i + 2];
                row[i + 1] = source[i + 1];
                row[i + 2] = source[i];
            }
        }
    }

    private static void DecodeFields(
        ReadOnlySpan<byte> data, int bits, (uint Red, uint Green, uint Blue, uint Alpha) masks, bool topDown, RgbImage into)
    {
        var stride = Stride(into.Width, bits);
        var size = bits / 8;
        var rgba = SampleLayout.Of(4, wide: false, cmyk: false);
        Span<byte> samples = stackalloc byte[4];
        for (var y = 0; y < into.Height; y++)
        {
            var source = Take(data, (long)stride * y, size * into.Width);
            var row = RowOf(into, y, topDown);
            for (var x = 0; x < into.Width; x++)
            {
                uint pixel = size == 2
                    ? BinaryPrimitives.ReadUInt16LittleEndian(source[(2 * x)..])
                    : BinaryPrimitives.ReadUInt32LittleEndian(source[(4 * x)..]);
                samples[0] = Field(pixel, masks.Red);
                samples[1] = Field(pixel, masks.Green);
                samples[2] = Field(pixel, masks.Blue);
                samples[3] = masks.Alpha == 0 ? (byte)255 : Field(pixel, masks.Alpha);
                rgba.ToRgb(samples, row.Slice(3 * x, 3));
            }
        }
    }

    // A field of n bits as 8: v·255 / (2^n − 1), rounded down as Pillow does for 5 and 6 bits.
    private static byte Field(uint pixel, uint mask)
    {
        if (mask == 0)
            return 0;
        var shift = BitOperations.TrailingZeroCount(mask);
        return (byte)((ulong)((pixel & mask) >> shift) * 255 / (mask >> shift));
    }

    // Pairs of (count, colour); a count of 0 escapes: 0 end of row, 1 end of image, 2 move by (x, y), n ≥ 3 literal pixels.
    private static void DecodeRuns(
        ReadOnlySpan<byte> data, int bits, ReadOnlySpan<byte> palette, bool topDown, RgbImage into)
    {
        for (var y = 0; y < into.Height; y++)
        {
            var row = into.Row(y);
            for (var x = 0; x < into.Width; x++)
                palette[..3].CopyTo(row[(3 * x)..]);
        }

        var (column, line) = (0, 0);
        while (line < into.Height)
        {
            var (count, value) = (Take(data, 0, 2)[0], data[1]);
            data = data[2..];
            if (count > 0)
            {
                for (var i = 0; i < count; i++)
                    Put(palette, i, value);
            }
            else if (value == 0)
            {
                (column, line) = (0, line + 1);
            }
            else if (value == 1)
            {
                return;
            }
            else if (value == 2)
            {
                var move = Take(data, 0, 2);
                (column, line) = (column + move[0], line + move[1]);
                data = data[2..];
            }
            else
            {
                var bytes = bits == 8 ? value : (value + 1) / 2;
                var literal = Take(data, 0, bytes);
                for (var i = 0; i < value; i++)
                    Put(palette, i, bits == 8 ? literal[i] : literal[i / 2]);
                // Literal pixels fill whole 16-bit words.
                data = data[Math.Min(data.Length, bytes + (bytes & 1))..];
            }
        }

        void Put(ReadOnlySpan<byte> colours, int i, byte value)
        {
            var index = bits == 8 ? value : (i & 1) == 0 ? value >> 4 : value & 15;
            if (column < into.Width)
                colours.Slice(3 * index, 3).CopyTo(RowOf(into, line, topDown)[(3 * column)..]);
            column++;
        }
    }

    private static Span<byte> RowOf(RgbImage image, int y, bool topDown) => image.Row(topDown ? y : image.Height - 1 - y);

    private static int Stride(int width, int bits) => ((width * bits) + 31) / 32 * 4;

    private static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> bytes, long start, int length)
        => start + length <= bytes.Length ? bytes.Slice((int)start, length) : throw Truncated();

    private static RejectedImageException Truncated() => new("truncated BMP: the file ends before the image does");
}
