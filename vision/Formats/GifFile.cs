using System.Buffers.Binary;

namespace Pomona.Vision.Formats;

/// <summary>GIF (89a specification): a screen of a size, and a trailer at the end, after which some writers pad.</summary>
internal static class GifFile
{
    public static (int Width, int Height)? SizeOf(ReadOnlySpan<byte> file)
        => file.Length < 10
            ? null
            : (BinaryPrimitives.ReadUInt16LittleEndian(file[6..]), BinaryPrimitives.ReadUInt16LittleEndian(file[8..]));

    public static bool IsEndMissing(ReadOnlySpan<byte> file) => !file.TrimEnd((byte)0).EndsWith<byte>([0x3B]);
}
