using System.Buffers.Binary;

namespace Pomona.Vision.Imaging;

/// <summary>
/// What a file says about itself in its first bytes: the format by its magic number, and the size before anything is
/// decoded, so that a decompression bomb costs nothing.
/// </summary>
internal static class ImageHeader
{
    /// <summary>Reads format and size.</summary>
    /// <param name="file">The file, or enough of its beginning.</param>
    /// <param name="format">The format whose magic number the file has, even when the result is false.</param>
    /// <param name="width">Columns: any value that the format can express, zero included.</param>
    /// <param name="height">Rows, likewise.</param>
    /// <returns>False when the format is unknown or the file ends before it gives its size.</returns>
    public static bool TryRead(ReadOnlySpan<byte> file, out ImageFormat format, out int width, out int height)
    {
        format = FormatOf(file);
        width = 0;
        height = 0;
        return format switch
        {
            ImageFormat.Jpeg => TryReadJpeg(file, out width, out height),
            ImageFormat.Png => TryReadPng(file, out width, out height),
            ImageFormat.WebP => TryReadWebP(file, out width, out height),
            ImageFormat.Gif => TryReadGif(file, out width, out height),
            ImageFormat.Bmp => TryReadBmp(file, out width, out height),
            ImageFormat.Tiff => TryReadTiff(file, out width, out height),
            _ => false,
        };
    }

    private static ImageFormat FormatOf(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith<byte>([0xFF, 0xD8, 0xFF]))
            return ImageFormat.Jpeg;
        if (file.StartsWith<byte>([0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10]))
            return ImageFormat.Png;
        if (file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..12].SequenceEqual("WEBP"u8))
            return ImageFormat.WebP;
        if (file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8))
            return ImageFormat.Gif;
        if (file.StartsWith<byte>([0x49, 0x49, 42, 0]) || file.StartsWith<byte>([0x4D, 0x4D, 0, 42])
            || file.StartsWith<byte>([0x49, 0x49, 43, 0]) || file.StartsWith<byte>([0x4D, 0x4D, 0, 43]))
            return ImageFormat.Tiff;

        // "BM" alone is too common a beginning of text.
        return file.Length >= 18 && file.StartsWith("BM"u8)
            && BinaryPrimitives.ReadUInt32LittleEndian(file[14..]) is 12 or 16 or 40 or 52 or 56 or 64 or 108 or 124
            ? ImageFormat.Bmp
            : ImageFormat.Unknown;
    }

    // ITU-T T.81, annex B: the size is in the frame header, the first SOF marker's segment.
    private static bool TryReadJpeg(ReadOnlySpan<byte> file, out int width, out int height)
    {
        width = 0;
        height = 0;
        var segments = new JpegSegments(file);
        while (segments.MoveNext())
        {
            if (!segments.IsFrame)
                continue;
            var frame = segments.Body;
            if (frame.Length < 6)
                return false;
            height = BinaryPrimitives.ReadUInt16BigEndian(frame[1..]);
            width = BinaryPrimitives.ReadUInt16BigEndian(frame[3..]);
            return true;
        }

        return false;
    }

    private static bool TryReadPng(ReadOnlySpan<byte> file, out int width, out int height)
    {
        width = 0;
        height = 0;
        if (file.Length < 24 || !file[12..16].SequenceEqual("IHDR"u8))
            return false;
        width = Clamp(BinaryPrimitives.ReadUInt32BigEndian(file[16..]));
        height = Clamp(BinaryPrimitives.ReadUInt32BigEndian(file[20..]));
        return true;
    }

    // RFC 9649: a simple file holds one VP8 or VP8L chunk, an extended one begins with VP8X, which gives the canvas.
    private static bool TryReadWebP(ReadOnlySpan<byte> file, out int width, out int height)
    {
        width = 0;
        height = 0;
        if (file.Length < 30)
            return false;
        var chunk = file[12..16];
        var body = file[20..];
        if (chunk.SequenceEqual("VP8 "u8))
        {
            width = BinaryPrimitives.ReadUInt16LittleEndian(body[6..]) & 0x3FFF;
            height = BinaryPrimitives.ReadUInt16LittleEndian(body[8..]) & 0x3FFF;
            return body[3..6].SequenceEqual<byte>([0x9D, 0x01, 0x2A]);
        }

        if (chunk.SequenceEqual("VP8L"u8))
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(body[1..]);
            width = (int)(bits & 0x3FFF) + 1;
            height = (int)((bits >> 14) & 0x3FFF) + 1;
            return body[0] == 0x2F;
        }

        width = 1 + body[4] + (body[5] << 8) + (body[6] << 16);
        height = 1 + body[7] + (body[8] << 8) + (body[9] << 16);
        return chunk.SequenceEqual("VP8X"u8);
    }

    private static bool TryReadGif(ReadOnlySpan<byte> file, out int width, out int height)
    {
        width = 0;
        height = 0;
        if (file.Length < 10)
            return false;
        width = BinaryPrimitives.ReadUInt16LittleEndian(file[6..]);
        height = BinaryPrimitives.ReadUInt16LittleEndian(file[8..]);
        return true;
    }

    private static bool TryReadBmp(ReadOnlySpan<byte> file, out int width, out int height)
    {
        width = 0;
        height = 0;
        if (file.Length < 26)
            return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(file[14..]) == 12)
        {
            width = BinaryPrimitives.ReadUInt16LittleEndian(file[18..]);
            height = BinaryPrimitives.ReadUInt16LittleEndian(file[20..]);
            return true;
        }

        // A negative height means rows from the top.
        width = Clamp(BinaryPrimitives.ReadUInt32LittleEndian(file[18..]));
        height = Clamp((ulong)Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(file[22..])));
        return true;
    }

    private static bool TryReadTiff(ReadOnlySpan<byte> file, out int width, out int height)
    {
        width = 0;
        height = 0;
        var directory = new TiffDirectory(file);
        while (directory.MoveNext())
        {
            if (directory.Tag == TiffTag.ImageWidth)
                width = Clamp(directory.Value(0));
            else if (directory.Tag == TiffTag.ImageLength)
                height = Clamp(directory.Value(0));
        }

        return width > 0 && height > 0;
    }

    private static int Clamp(ulong value) => (int)Math.Min(value, int.MaxValue);
}
