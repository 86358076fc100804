using System.Buffers.Binary;
using Pomona.Vision.Imaging;

namespace Pomona.Vision.Formats;

/// <summary>
/// GIF (89a specification): a screen of a size, then extensions and frames, each a chain of blocks, and a trailer at the end,
/// after which some writers pad.
/// </summary>
internal static class GifFile
{
    private const byte Extension = 0x21;
    private const byte Frame = 0x2C;
    private const byte Trailer = 0x3B;
    private const int HeaderLength = 13;

    /// <summary>The screen's size, enlarged, as Pillow does it, until it holds the first frame.</summary>
    public static (int Width, int Height)? SizeOf(ReadOnlySpan<byte> file)
    {
        if (file.Length < 10)
            return null;
        var screen = ScreenOf(file);
        return FirstFrame(file) is { } frame ? (Math.Max(screen.Width, frame.Right), Math.Max(screen.Height, frame.Bottom)) : screen;
    }

    /// <summary>
    /// Of a file with a frame that reaches beyond the screen: its first frame alone, on a screen that holds it. Null of all
    /// others.
    /// </summary>
    public static byte[]? WithinScreen(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeaderLength || SizeOf(file) is not ( <= ushort.MaxValue and var width, <= ushort.MaxValue and var height))
            return null;

        var screen = ScreenOf(file);
        var firstEnds = 0;
        var isBeyond = false;
        for (var blocks = new Blocks(file); blocks.MoveNext();)
        {
            if (blocks.Rectangle is not { } frame)
                continue;
            isBeyond |= frame.Right > screen.Width || frame.Bottom > screen.Height;
            if (firstEnds == 0)
                firstEnds = blocks.End;
        }

        if (!isBeyond)
            return null;

        byte[] first = [.. file[..firstEnds], Trailer];
        BinaryPrimitives.WriteUInt16LittleEndian(first.AsSpan(6), (ushort)width);
        BinaryPrimitives.WriteUInt16LittleEndian(first.AsSpan(8), (ushort)height);
        return first;
    }

    /// <summary>
    /// Makes white what the first frame leaves free of its screen: nothing is drawn there, so that it is transparent, and
    /// transparent is white. libvips leaves it black where the frame itself has no transparent colour.
    /// </summary>
    public static void ClearAround(ReadOnlySpan<byte> file, RgbImage screen)
    {
        if (FirstFrame(file) is not { } frame)
            return;
        for (var y = 0; y < screen.Height; y++)
        {
            var row = screen.Row(y);
            if (y < frame.Top || y >= frame.Bottom)
            {
                row.Fill(255);
                continue;
            }

            row[..(3 * Math.Min(frame.Left, screen.Width))].Fill(255);
            row[(3 * Math.Min(frame.Right, screen.Width))..].Fill(255);
        }
    }

    public static bool IsEndMissing(ReadOnlySpan<byte> file) => !file.TrimEnd((byte)0).EndsWith([Trailer]);

    private static (int Width, int Height) ScreenOf(ReadOnlySpan<byte> file)
        => (BinaryPrimitives.ReadUInt16LittleEndian(file[6..]), BinaryPrimitives.ReadUInt16LittleEndian(file[8..]));

    private static Placed? FirstFrame(ReadOnlySpan<byte> file)
    {
        for (var blocks = new Blocks(file); blocks.MoveNext();)
        {
            if (blocks.Rectangle is { } frame)
                return frame;
        }

        return null;
    }

    /// <summary>A frame's place on the screen.</summary>
    private readonly record struct Placed(int Left, int Top, int Right, int Bottom);

    /// <summary>The extensions and frames one after the other, as far as the file goes.</summary>
    private ref struct Blocks(ReadOnlySpan<byte> file)
    {
        private readonly ReadOnlySpan<byte> _file = file;

        /// <summary>Where the current one ends; within the file.</summary>
        public int End { get; private set; } = file.Length < HeaderLength ? file.Length : HeaderLength + ColoursOf(file[10]);

        /// <summary>Of a frame its place; null of an extension.</summary>
        public Placed? Rectangle { get; private set; }

        public bool MoveNext()
        {
            Rectangle = null;
            var at = End;
            switch (at < _file.Length ? _file[at] : Trailer)
            {
                case Extension:
                    at += 2;
                    break;
                case Frame when at + 10 <= _file.Length:
                    var descriptor = _file[(at + 1)..];
                    int left = BinaryPrimitives.ReadUInt16LittleEndian(descriptor), top = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[2..]);
                    Rectangle = new Placed(
                        left,
                        top,
                        left + BinaryPrimitives.ReadUInt16LittleEndian(descriptor[4..]),
                        top + BinaryPrimitives.ReadUInt16LittleEndian(descriptor[6..]));
                    at += 11 + ColoursOf(descriptor[8]); // with the byte that begins its data: the size of the codes
                    break;
                default:
                    return false;
            }

            while (at < _file.Length && _file[at] != 0)
                at += _file[at] + 1;
            End = Math.Min(at + 1, _file.Length);
            return true;
        }

        private static int ColoursOf(byte flags) => (flags & 0x80) != 0 ? 3 << ((flags & 7) + 1) : 0;
    }
}
