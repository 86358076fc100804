using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Pomona.Contracts;

namespace Pomona.Samples;

/// <summary>
/// A JPEG comment that says that a file was drawn, with the SHA-256 of all else in it: the file proves by what it holds that
/// nobody has put another in its place, or changed it.
/// </summary>
internal static class Certificate
{
    private const string Words = "drawn by pomona samples, sha256 of the rest ";
    private const int SegmentHead = 4; // marker and length, big-endian (ITU-T T.81, B.1.1.4)

    private static readonly int Length = SegmentHead + Words.Length + (2 * SHA256.HashSizeInBytes);

    /// <summary>The same picture with the comment, behind the JFIF header.</summary>
    public static byte[] Add(ReadOnlySpan<byte> jpeg)
    {
        var at = PlaceIn(jpeg);
        return [.. jpeg[..at], .. Segment(Sha256Text.Of(jpeg)), .. jpeg[at..]];
    }

    /// <summary>Whether a file has the comment, and the comment is its own.</summary>
    public static bool IsOf(ReadOnlySpan<byte> file)
    {
        var at = PlaceIn(file);
        return file.Length >= at + Length
            && file.Slice(at, Length).SequenceEqual(
                Segment(Sha256Text.Of([.. file[..at], .. file[(at + Length)..]])));
    }

    /// <summary>Whether it is a file with the comment that ends too early, perhaps before the comment does.</summary>
    public static bool Begins(ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty || file.Length < PlaceIn(file) + SegmentHead + Words.Length)
            return file.IsEmpty;
        return file[PlaceIn(file)..].StartsWith(Segment(string.Empty.PadRight(2 * SHA256.HashSizeInBytes)).AsSpan(0, SegmentHead + Words.Length));
    }

    /// <summary>Behind the marker of the image's start, and the segment APP0 where it follows.</summary>
    private static int PlaceIn(ReadOnlySpan<byte> jpeg) => jpeg.Length > 6 && jpeg[2] == 0xFF && jpeg[3] == 0xE0
        ? Math.Min(jpeg.Length, 4 + BinaryPrimitives.ReadUInt16BigEndian(jpeg[4..]))
        : Math.Min(jpeg.Length, 2);

    private static byte[] Segment(string hash)
    {
        var segment = new byte[Length];
        segment[0] = 0xFF;
        segment[1] = 0xFE; // COM
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), (ushort)(Length - 2));
        Encoding.ASCII.GetBytes(Words + hash, segment.AsSpan(SegmentHead));
        return segment;
    }
}
