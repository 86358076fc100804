using System.Buffers.Binary;
using System.IO.Compression;
using Pomona.Vision.Imaging;
using Pomona.Vision.Tests.Imaging;

namespace Pomona.Vision.Tests.Decoding;

/// <summary>What a PNG holds besides its pixels may be as small as a letter and as large as a disk when it is unpacked.</summary>
[Collection(nameof(Alone))]
public sealed class PngBombTests
{
    private const int Unpacked = 96 << 20;

    private const int Header = 33; // the signature and IHDR

    [Theory]
    [InlineData("zTXt", "Comment\0\0")]
    [InlineData("iTXt", "Comment\0\x01\0\0\0")]
    [InlineData("iCCP", "profile\0\0")]
    public void Texts_and_profiles_that_unpack_without_end_take_no_memory(string kind, string before)
    {
        var whole = Golden.Bytes("size-131x97.png");
        byte[] bomb = [.. whole[..Header], .. Chunk(kind, [.. before.Select(static letter => (byte)letter), .. Zeros()]), .. whole[Header..]];
        _ = Decoded.PixelsOf(whole);
        if (!OperatingSystem.IsLinux())
            return; // elsewhere nothing tells a process's peak anew
        File.WriteAllText("/proc/self/clear_refs", "5");
        var least = PeakBytes();

        try
        {
            Assert.Equal(131 * 97 * 3, Decoded.PixelsOf(bomb).Length);
        }
        catch (RejectedImageException)
        {
            // Nor is that wrong.
        }

        Assert.InRange(PeakBytes() - least, long.MinValue, Unpacked / 2); // less than before, where other tests gave some back
    }

    private static byte[] Zeros()
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var piece = new byte[1 << 20];
            for (var written = 0; written < Unpacked; written += piece.Length)
                zlib.Write(piece);
        }

        return packed.ToArray();
    }

    private static byte[] Chunk(string kind, byte[] content)
    {
        byte[] body = [.. kind.Select(static letter => (byte)letter), .. content];
        var chunk = new byte[body.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        body.CopyTo(chunk, 4);
        var sum = uint.MaxValue;
        foreach (var next in body)
        {
            sum ^= next;
            for (var bit = 0; bit < 8; bit++)
                sum = (sum & 1) == 0 ? sum >> 1 : (sum >> 1) ^ 0xEDB88320;
        }

        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(body.Length + 4), ~sum);
        return chunk;
    }

    private static long PeakBytes() => 1024 * long.Parse(
        File.ReadLines("/proc/self/status").Single(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
        System.Globalization.CultureInfo.InvariantCulture);
}
