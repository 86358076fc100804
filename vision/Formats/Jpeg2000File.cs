using System.Buffers.Binary;

namespace Pomona.Vision.Formats;

/// <summary>JPEG 2000 (ITU-T T.800): a codestream from SOC to EOC, bare or in boxes, whose second marker gives the size.</summary>
internal static class Jpeg2000File
{
    private static ReadOnlySpan<byte> Signature => [0, 0, 0, 12, 0x6A, 0x50, 0x20, 0x20];

    public static bool Is(ReadOnlySpan<byte> file) => IsBare(file) || file.StartsWith(Signature);

    /// <summary>Whether it is a codestream without boxes, which is a format of its own to decoders.</summary>
    public static bool IsBare(ReadOnlySpan<byte> file) => file.StartsWith<byte>([0xFF, 0x4F, 0xFF, 0x51]);

    public static (int Width, int Height)? SizeOf(ReadOnlySpan<byte> file)
    {
        var stream = CodestreamOf(file, out _);
        if (stream.Length < 24 || !IsBare(stream))
            return null;

        // SIZ: the grid's size, then how far into it the image begins.
        var (right, bottom) = (BinaryPrimitives.ReadUInt32BigEndian(stream[8..]), BinaryPrimitives.ReadUInt32BigEndian(stream[12..]));
        var (left, top) = (BinaryPrimitives.ReadUInt32BigEndian(stream[16..]), BinaryPrimitives.ReadUInt32BigEndian(stream[20..]));
        return (ImageHeader.Clamp(right > left ? right - left : 0), ImageHeader.Clamp(bottom > top ? bottom - top : 0));
    }

    public static bool IsEndMissing(ReadOnlySpan<byte> file)
    {
        var stream = CodestreamOf(file, out var isCut);
        return isCut || !stream.TrimEnd((byte)0).EndsWith<byte>([0xFF, 0xD9]);
    }

    private static ReadOnlySpan<byte> CodestreamOf(ReadOnlySpan<byte> file, out bool isCut)
    {
        isCut = false;
        if (IsBare(file))
            return file;
        var boxes = new IsoBoxes(file);
        while (boxes.MoveNext())
        {
            if (!boxes.Type.SequenceEqual("jp2c"u8))
                continue;
            isCut = boxes.IsCut;
            return boxes.Content;
        }

        return default;
    }
}
