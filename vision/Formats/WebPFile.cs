using System.Buffers.Binary;

namespace Pomona.Vision.Formats;

/// <summary>WebP (RFC 9649): a RIFF file of one VP8 or VP8L chunk, or an extended one that begins with VP8X, which gives the canvas.</summary>
internal static class WebPFile
{
    public static (int Width, int Height)? SizeOf(ReadOnlySpan<byte> file)
    {
        // The smallest picture of one colour is a chunk of less than ten bytes.
        if (file.Length < 25)
            return null;
        var chunk = file[12..16];
        var body = file[20..];
        if (chunk.SequenceEqual("VP8 "u8))
        {
            return body.Length >= 10 && body[3..6].SequenceEqual<byte>([0x9D, 0x01, 0x2A])
                ? (BinaryPrimitives.ReadUInt16LittleEndian(body[6..]) & 0x3FFF,
                    BinaryPrimitives.ReadUInt16LittleEndian(body[8..]) & 0x3FFF)
                : null;
        }

        if (chunk.SequenceEqual("VP8L"u8))
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(body[1..]);
            return body[0] == 0x2F ? ((int)(bits & 0x3FFF) + 1, (int)((bits >> 14) & 0x3FFF) + 1) : null;
        }

        return chunk.SequenceEqual("VP8X"u8) && body.Length >= 10
            ? (1 + body[4] + (body[5] << 8) + (body[6] << 16), 1 + body[7] + (body[8] << 8) + (body[9] << 16))
            : null;
    }

    /// <summary>
    /// Whether it is one picture without opacity: an animation's frames are laid over one another, and colours that are scaled
    /// apart from their opacity would run.
    /// </summary>
    public static bool IsOpaqueStill(ReadOnlySpan<byte> file)
    {
        const int animation = 0x02, alpha = 0x10;
        if (file.Length < 25)
            return false;
        var chunk = file[12..16];
        return chunk.SequenceEqual("VP8 "u8)
            || (chunk.SequenceEqual("VP8L"u8) && (file[24] & 0x10) == 0)
            || (chunk.SequenceEqual("VP8X"u8) && (file[20] & (animation | alpha)) == 0);
    }

    public static bool IsEndMissing(ReadOnlySpan<byte> file)
        => file.Length >= 8 && BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8L > file.Length;
}
