namespace Pomona.Vision.Formats;

/// <summary>JPEG XL (ISO/IEC 18181): a codestream that begins with the size, bare or in boxes.</summary>
internal static class JpegXlFile
{
    /// <summary>The codestream's two bytes, and more than the size and the orientation can take.</summary>
    private const int HeadLength = 2 + 12;

    private static ReadOnlySpan<byte> Signature => [0, 0, 0, 12, 0x4A, 0x58, 0x4C, 0x20, 13, 10, 0x87, 10];

    public static bool Is(ReadOnlySpan<byte> file) => file.StartsWith<byte>([0xFF, 0x0A]) || file.StartsWith(Signature);

    /// <summary>The size as the picture is seen: the codestream's own orientation may turn it.</summary>
    public static (int Width, int Height)? SizeOf(ReadOnlySpan<byte> file)
    {
        var stream = CodestreamOf(file);
        if (stream.Length < HeadLength)
            return null;
        var bits = new Bits(stream[2..]);
        var isSmall = bits.Next(1) == 1;
        var height = Side(ref bits, isSmall);
        var width = bits.Next(3) switch
        {
            1 => height,
            2 => height * 12 / 10,
            3 => height * 4 / 3,
            4 => height * 3 / 2,
            5 => height * 16 / 9,
            6 => height * 5 / 4,
            7 => height * 2,
            _ => Side(ref bits, isSmall),
        };

        // Metadata that are not all default may begin with an orientation.
        var orientation = bits.Next(1) == 0 && bits.Next(1) == 1 ? 1 + bits.Next(3) : 1;
        var size = (ImageHeader.Clamp((ulong)width), ImageHeader.Clamp((ulong)height));
        return orientation >= 5 ? (size.Item2, size.Item1) : size;
    }

    /// <summary>Whether a box goes on beyond the end; a bare codestream does not say where it ends.</summary>
    public static bool IsEndMissing(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith(Signature))
            return false;
        var boxes = new IsoBoxes(file);
        while (boxes.MoveNext())
        {
            if (boxes.IsCut)
                return true;
        }

        return false;
    }

    private static ReadOnlySpan<byte> CodestreamOf(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith(Signature))
            return file;
        var whole = IsoBoxes.Find(file, "jxlc"u8);
        if (!whole.IsEmpty)
            return whole;

        // Or in parts, each with its number before it; the first of them may end before the size does.
        var head = new byte[HeadLength];
        var length = 0;
        var boxes = new IsoBoxes(file);
        while (length < head.Length && boxes.MoveNext())
        {
            if (!boxes.Type.SequenceEqual("jxlp"u8) || boxes.Content.Length <= 4)
                continue;
            var part = boxes.Content[4..];
            part = part[..Math.Min(part.Length, head.Length - length)];
            part.CopyTo(head.AsSpan(length));
            length += part.Length;
        }

        return head.AsSpan(0, length);
    }

    private static long Side(ref Bits bits, bool isSmall)
        => isSmall ? 8 * (1 + bits.Next(5)) : 1 + bits.Next(bits.Next(2) switch { 0 => 9, 1 => 13, 2 => 18, _ => 30 });

    // The lowest bit of each byte comes first.
    private ref struct Bits(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private int _at;

        public long Next(int count)
        {
            var value = 0L;
            for (var i = 0; i < count; i++, _at++)
                value |= (long)((_bytes[_at >> 3] >> (_at & 7)) & 1) << i;
            return value;
        }
    }
}
