using System.Text.Unicode;

namespace Pomona.Vision.Formats;

/// <summary>What a file is that is none of the decoded formats, as far as its first bytes tell.</summary>
internal static class ForeignFile
{
    /// <summary>One clause for the reject list.</summary>
    public static string Describe(ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty)
            return "empty file";
        if (file.IndexOfAnyExcept((byte)0) < 0)
            return "not an image: the file holds only zero bytes";
        if (file.Length >= 12 && file[4..8].SequenceEqual("ftyp"u8))
            return "not an image: it is a video or audio file";
        if (file.StartsWith("8BPS"u8))
            return Unsupported("Photoshop document");
        if (file.StartsWith<byte>([0, 0, 1, 0]))
            return Unsupported("Windows icon");
        if (file.StartsWith("%PDF"u8))
            return "not an image: it is a PDF document";
        if (file.StartsWith("PK\u0003\u0004"u8) || file.StartsWith("Rar!"u8) || file.StartsWith("7z\u00BC"u8[..2])
            || file.StartsWith<byte>([0x1F, 0x8B]))
        {
            return "not an image: it is an archive";
        }

        if (file.StartsWith<byte>([0, 5, 0x16, 7]))
            return "not an image: it is the companion file that macOS writes beside one";

        return DescribeText(file);
    }

    private static string DescribeText(ReadOnlySpan<byte> file)
    {
        var start = file[..Math.Min(file.Length, 512)];
        if (start.StartsWith<byte>([0xEF, 0xBB, 0xBF]))
            start = start[3..];
        start = start.TrimStart(" \t\r\n"u8);
        Span<char> beginning = stackalloc char[16];
        var length = System.Text.Encoding.Latin1.GetChars(start[..Math.Min(start.Length, beginning.Length)], beginning);
        ReadOnlySpan<char> text = beginning[..length];
        if (text.StartsWith("<!doctype", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("<head", StringComparison.OrdinalIgnoreCase))
        {
            return "not an image: it is an HTML page";
        }

        if (text.StartsWith("<svg", StringComparison.OrdinalIgnoreCase)
            || start.IndexOf("<svg"u8) >= 0)
        {
            return Unsupported("SVG drawing");
        }

        return IsText(start)
            ? "not an image: it is text"
            : "not an image that is known here: JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC, AVIF, JPEG XL and JPEG 2000 are";
    }

    private static bool IsText(ReadOnlySpan<byte> start)
    {
        // A character may be cut at the end.
        for (var cut = 0; cut < 4 && cut < start.Length; cut++)
        {
            if (Utf8.IsValid(start[..^cut]))
            {
                return start.IndexOfAnyInRange((byte)0, (byte)8) < 0
                    && start.IndexOfAnyInRange((byte)14, (byte)31) < 0;
            }
        }

        return false;
    }

    private static string Unsupported(string kind) => $"not supported: {kind}, convert it to JPEG or PNG";
}
