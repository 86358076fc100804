using System.Buffers.Binary;

namespace Pomona.Vision.Formats;

/// <summary>PNG (W3C, third edition): a signature and a chain of chunks of length, type, data and CRC, from IHDR to IEND.</summary>
internal static class PngFile
{
    public static (int Width, int Height)? SizeOf(ReadOnlySpan<byte> file)
        => file.Length < 24 || !file[12..16].SequenceEqual("IHDR"u8)
            ? null
            : (ImageHeader.Clamp(BinaryPrimitives.ReadUInt32BigEndian(file[16..])),
                ImageHeader.Clamp(BinaryPrimitives.ReadUInt32BigEndian(file[20..])));

    /// <summary>Whether rows come in seven passes, so that none is complete before the last.</summary>
    public static bool IsInterlaced(ReadOnlySpan<byte> file) => file.Length > 28 && file[28] != 0;

    /// <summary>
    /// Whether the file ends within a chunk before its pixels: a decoder first makes room for all that the chunk claims, up to 2 GB.
    /// </summary>
    public static bool IsCutBeforePixels(ReadOnlySpan<byte> file)
    {
        var rest = file.Length > 8 ? file[8..] : default;
        while (rest.Length >= 8 && !rest[4..8].SequenceEqual("IDAT"u8))
        {
            var next = BinaryPrimitives.ReadUInt32BigEndian(rest) + 12L;
            if (next > rest.Length)
                return true;
            rest = rest[(int)next..];
        }

        return false;
    }

    public static bool IsEndMissing(ReadOnlySpan<byte> file)
    {
        var rest = file.Length > 8 ? file[8..] : default;
        while (rest.Length >= 12)
        {
            if (rest[4..8].SequenceEqual("IEND"u8))
                return false;
            var next = BinaryPrimitives.ReadUInt32BigEndian(rest) + 12L;
            if (next > rest.Length)
                return true;
            rest = rest[(int)next..];
        }

        return true;
    }
}
