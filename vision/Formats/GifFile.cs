using System.Buffers.Binary;
using Pomona.Vision.Imaging;

namespace Pomona.Vision.Formats;

/// <summary>GIF (89a specification): a screen of a size, and a trailer at the end, after which some writers pad.</summary>
internal static class GifFile
{
    public static (int Width, int Height)? SizeOf(ReadOnlySpan<byte> file)
        => file.Length < 10
            ? null
            : (BinaryPrimitives.ReadUInt16LittleEndian(file[6..]), BinaryPrimitives.ReadUInt16LittleEndian(file[8..]));

    /// <summary>
    /// Makes white what the first frame leaves free of its screen: nothing is drawn there, so that it is transparent, and
    /// transparent is white. libvips leaves it black where the frame itself has no transparent colour.
    /// </summary>
    public static void ClearAround(ReadOnlySpan<byte> file, RgbImage screen)
    {
        if (FirstFrame(file) is not var (left, top, width, height))
            return;
        for (var y = 0; y < screen.Height; y++)
        {
            var row = screen.Row(y);
            if (y < top || y >= top + height)
            {
                row.Fill(255);
                continue;
            }

            row[..(3 * Math.Min(left, screen.Width))].Fill(255);
            row[(3 * Math.Min(left + width, screen.Width))..].Fill(255);
        }
    }

    // After the screen's header and colours come extensions (0x21), each a chain of blocks that ends with an empty one,
    // then the first frame's descriptor (0x2C).
    private static (int Left, int Top, int Width, int Height)? FirstFrame(ReadOnlySpan<byte> file)
    {
        if (file.Length < 13)
            return null;
        var at = 13 + ((file[10] & 0x80) != 0 ? 3 << ((file[10] & 7) + 1) : 0);
        while (at + 10 <= file.Length)
        {
            if (file[at] == 0x2C)
            {
                var frame = file[(at + 1)..];
                return (BinaryPrimitives.ReadUInt16LittleEndian(frame), BinaryPrimitives.ReadUInt16LittleEndian(frame[2..]),
                    BinaryPrimitives.ReadUInt16LittleEndian(frame[4..]), BinaryPrimitives.ReadUInt16LittleEndian(frame[6..]));
            }

            if (file[at] != 0x21)
                return null;
            at += 2;
            while (at < file.Length && file[at] != 0)
                at += file[at] + 1;
            at++;
        }

        return null;
    }

    public static bool IsEndMissing(ReadOnlySpan<byte> file) => !file.TrimEnd((byte)0).EndsWith<byte>([0x3B]);
}
