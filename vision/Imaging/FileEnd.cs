using System.Buffers.Binary;

namespace Pomona.Vision.Imaging;

/// <summary>Whether a file stops before its format says it ends, which tells a broken transfer from a broken file.</summary>
internal static class FileEnd
{
    /// <summary>True when the end is known to be missing; false also where the format does not say where it ends.</summary>
    public static bool IsMissing(ImageFormat format, ReadOnlySpan<byte> file) => format switch
    {
        ImageFormat.Png => IsPngEndMissing(file),
        ImageFormat.WebP => file.Length >= 8 && BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8L > file.Length,
        // The trailer; some writers pad after it.
        ImageFormat.Gif => !file.TrimEnd((byte)0).EndsWith<byte>([0x3B]),
        ImageFormat.Tiff => IsTiffDataMissing(file),
        _ => false,
    };

    // A chain of chunks (length, type, data, CRC) that ends with IEND.
    private static bool IsPngEndMissing(ReadOnlySpan<byte> file)
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

    // TIFF has no end: its directory says where each strip or tile of pixels is.
    private static bool IsTiffDataMissing(ReadOnlySpan<byte> file)
    {
        var directory = new TiffDirectory(file);
        var offsets = directory;
        var sizes = directory;
        while (directory.MoveNext())
        {
            if (directory.Tag is TiffTag.StripOffsets or TiffTag.TileOffsets)
                offsets = directory;
            else if (directory.Tag is TiffTag.StripByteCounts or TiffTag.TileByteCounts)
                sizes = directory;
        }

        if (directory.IsCut)
            return true;
        for (var i = 0; i < Math.Min(offsets.Count, sizes.Count); i++)
        {
            if (offsets.Value(i) + (UInt128)sizes.Value(i) > (ulong)file.Length)
                return true;
        }

        return false;
    }
}
