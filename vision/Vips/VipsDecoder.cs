using System.Globalization;
using System.Text;
using Pomona.Contracts;
using Pomona.Vision.Budget;
using Pomona.Vision.Formats;
using Pomona.Vision.Imaging;

namespace Pomona.Vision.Vips;

/// <summary>
/// Decodes through libvips, strip by strip on the caller's thread, so that a huge image needs little more memory than its
/// pixels. It is the judge of what is damaged; see <see cref="Examine"/>.
/// </summary>
internal sealed unsafe class VipsDecoder(DecodeSettings settings, DecodingMeter? meter)
{
    private const int StripBytes = 256 << 10;

    // What resizing takes at once, and JPEG's blocks have.
    private const int StripRows = 8;

    // libvips keeps 10,240 bytes of texts, and forgets what comes after them.
    private const int MostErrorText = 10_000;

    // What libjpeg warns of when pixels are lost. It warns of harmless things too (garbage between segments, odd version
    // numbers), which Pillow and browsers pass over.
    private static readonly string[] JpegDamage =
    [
        "premature end of data segment", "Premature end of JPEG file", "premature end of JPEG image", "bad Huffman code",
        "bad arithmetic code", "instead of RST",
    ];

    // What libtiff says of a compression that it was built without.
    private static readonly string[] LackingCodec = ["is not configured", "is not implemented"];

    private readonly LibVipsSession _session = LibVipsSession.Instance;

    // How the pixels of the file at hand are stored, when it is a TIFF.
    private TiffPixels _tiff;

    private int _draft;

    // Its sides, of those that a WebP has.
    private double _scale;

    // What libtiff says of the directory of the file under examination; null while none is.
    private string? _remarks;

    /// <summary>Decodes the first frame or page.</summary>
    /// <param name="format">What the file is; not <see cref="ImageFormat.Bmp"/>, which libvips does not know.</param>
    /// <param name="file">The whole file.</param>
    /// <param name="draft">How many pixels of a JPEG, in each direction, become one: 1, 2, 4 or 8.</param>
    /// <param name="into">Takes size and pixels; of a GIF an <see cref="RgbImage"/>.</param>
    /// <param name="scale">At which part of its sides a WebP is decoded, by its own scaler; at most 1.</param>
    /// <returns>The EXIF orientation, 1 to 8.</returns>
    /// <exception cref="RejectedImageException">It is damaged, too large, or of a kind that has no RGB.</exception>
    public int Decode(ImageFormat format, ReadOnlySpan<byte> file, int draft, IPixelRows into, double scale = 1)
    {
        (_draft, _scale) = (draft, scale);
        if (draft > 1)
            file = JpegSegments.WithWholeSides(draft, file);
        _tiff = format == ImageFormat.Tiff ? TiffFile.PixelsOf(file) : default;
        if (format == ImageFormat.Tiff && TiffFile.Unsupported(_tiff) is { } what)
            throw new RejectedImageException($"not supported: TIFF with {what}");
        if (_tiff.NeedsCopying)
            file = TiffFile.AsRgb(file);
        if (format == ImageFormat.Gif && GifFile.WithinScreen(file) is { } within)
            file = within;

        _session.Gate.EnterReadLock();
        try
        {
            // A TIFF's texts are looked at, too. They are everybody's, so that another thread's may cost a second look, and may be lost.
            if (TryDecode(format, file, into, out var orientation) && LibVipsSession.Warnings == 0
                && (format != ImageFormat.Tiff || !LibVipsSession.HasErrors))
            {
                return orientation;
            }
        }
        finally
        {
            _session.Gate.ExitReadLock();
        }

        _session.Gate.EnterWriteLock();
        try
        {
            return Examine(format, file, into);
        }
        finally
        {
            // Shared work takes no texts: they may be of another thread's damage.
            _remarks = null;
            _session.Gate.ExitWriteLock();
        }
    }

    // Alone in libvips now, so that its error texts are about this file.
    private int Examine(ImageFormat format, ReadOnlySpan<byte> file, IPixelRows into)
    {
        _ = LibVipsSession.TakeErrors();
        _remarks = "";
        var decoded = TryDecode(format, file, into, out var orientation);
        var text = LibVipsSession.TakeErrors();
        if (format == ImageFormat.Tiff)
        {
            text = Damage(_remarks, text);
            return decoded && text.Length == 0 && !LacksCodec(_remarks) ? orientation : throw Rejected(format, file, text);
        }

        if (format != ImageFormat.Jpeg)
            return decoded ? orientation : throw Rejected(format, file, text);

        if (decoded)
            return Array.Exists(JpegDamage, text.Contains) ? throw Rejected(format, file, text) : orientation;

        // Some cameras leave out the end marker. Pillow accepts that when all pixels are there, and so does this: with the
        // marker added, a scan that is complete decodes without a warning.
        if (IsEndless(text) && JpegSegments.HasOneScan(file)
            && TryDecode(format, [.. file, 0xFF, 0xD9], into, out orientation) && LibVipsSession.Warnings == 0)
        {
            return orientation;
        }

        _ = LibVipsSession.TakeErrors();
        throw Rejected(format, file, text);
    }

    // libtiff reads the directory once for the header and once more before the pixels, and finds the same fault with its
    // tags each time; what is said once more is said of the pixels.
    private static string Damage(string remarks, string texts)
    {
        if (texts.Length > MostErrorText)
            return "too many faults";
        var left = remarks.Split('\n').ToList();
        return string.Join('\n', texts.Split('\n').Where(line => !left.Remove(line)));
    }

    private bool TryDecode(ImageFormat format, ReadOnlySpan<byte> file, IPixelRows into, out int orientation)
    {
        orientation = 1;
        var decoded = false;
        LibVipsSession.Warnings = 0;
        fixed (byte* data = file)
        {
            using (var load = new VipsOperation(LoaderOf(format)))
            {
                load.SetBytes("buffer"u8, data, (nuint)file.Length);
                // With "error" any remark about a tag ends a TIFF in strips, which is then examined; with less than "warning"
                // nothing that is wrong with a tile does, and a warning never.
                // A GIF is decoded whole anyway, and in strips some heights (3 by 32,771) take libvips minutes.
                load.SetOptions(format == ImageFormat.Jpeg ? DraftOptions(_draft)
                    : _scale < 1 ? ScaleOptions(_scale)
                    : format == ImageFormat.Gif ? "access=random,fail-on=error"u8
                    : format != ImageFormat.Tiff ? "access=sequential,fail-on=error"u8
                    : _tiff.IsTiled ? "access=sequential,fail-on=warning"u8
                    : _remarks is null ? "access=sequential,fail-on=error"u8
                    : "access=sequential,fail-on=none"u8);
                if (load.TryRun())
                {
                    if (_remarks is not null)
                        _remarks = LibVipsSession.TakeErrors();
                    var image = load.TakeImage("out"u8);
                    try
                    {
                        orientation = LibVips.vips_image_get_orientation(image);
                        decoded = TryRead(format, image, into);
                        if (decoded && into is RgbImage screen && format == ImageFormat.Gif)
                            GifFile.ClearAround(file, screen);
                    }
                    finally
                    {
                        LibVips.g_object_unref(image);
                    }
                }
            }

            // Only for JPEG does a warning mean that pixels may be missing. libvips gives them when the image is released.
            if (format != ImageFormat.Jpeg)
                LibVipsSession.Warnings = 0;
            return decoded;
        }
    }

    private bool TryRead(ImageFormat format, nint image, IPixelRows into)
    {
        var width = LibVips.vips_image_get_width(image);
        var height = LibVips.vips_image_get_height(image);
        SizeLimit.Check(format, width, height, settings);
        var layout = LayoutOf(format, image);
        into.Begin(width, height);

        var region = LibVips.vips_region_new(image);
        try
        {
            var rows = Math.Min(Math.Max(StripBytes / (layout.PixelSize * width) / StripRows, 1) * StripRows, height);
            for (var top = 0; top < height; top += rows)
            {
                // Between strips the thread is ours; vips_image_set_kill would want another one to hold the image.
                meter?.ThrowIfOver();
                rows = Math.Min(rows, height - top);
                nuint length;
                var strip = LibVips.vips_region_fetch(region, 0, top, width, rows, &length);
                if (strip == null)
                    return false;
                layout.ToRgb(new Span<byte>(strip, (int)length), into.Rows(top, rows));
                LibVips.g_free(strip);
                into.Written(top, rows);
            }

            return true;
        }
        finally
        {
            LibVips.g_object_unref(region);
        }
    }

    private SampleLayout LayoutOf(ImageFormat format, nint image)
    {
        var samples = LibVips.vips_image_get_format(image);
        var bands = LibVips.vips_image_get_bands(image);
        var wide = samples == LibVips.UShortFormat;
        var layout = format == ImageFormat.Tiff
            ? TiffFile.LayoutOf(_tiff, bands, wide)
            : SampleLayout.Of(
                bands, wide, LibVips.vips_image_get_interpretation(image) == LibVips.CmykInterpretation);
        return samples is LibVips.UCharFormat or LibVips.UShortFormat && layout.IsKnown
            ? layout
            : throw new RejectedImageException(
                $"not supported: {format.Name()} whose {bands} channels are not 8 or 16-bit grey, RGB or CMYK");
    }

    private static ReadOnlySpan<byte> DraftOptions(int draft) => draft switch
    {
        2 => "access=sequential,fail-on=error,shrink=2"u8,
        4 => "access=sequential,fail-on=error,shrink=4"u8,
        8 => "access=sequential,fail-on=error,shrink=8"u8,
        _ => "access=sequential,fail-on=error"u8,
    };

    private static byte[] ScaleOptions(double scale) => Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"access=sequential,fail-on=error,scale={scale:0.########}\0"));

    private static ReadOnlySpan<byte> LoaderOf(ImageFormat format) => format switch
    {
        ImageFormat.Jpeg => "jpegload_buffer"u8,
        ImageFormat.Png => "pngload_buffer"u8,
        ImageFormat.WebP => "webpload_buffer"u8,
        ImageFormat.Gif => "gifload_buffer"u8,
        ImageFormat.Tiff => "tiffload_buffer"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "libvips has no loader for it"),
    };

    private static bool IsEndless(string text)
        => text.Contains("premature end of JPEG image", StringComparison.Ordinal)
            || text.Contains("Unexpected end of GIF", StringComparison.Ordinal);

    private bool LacksCodec(string text)
        => TiffFile.CompressionName(_tiff.Compression) is not null && Array.Exists(LackingCodec, text.Contains);

    // What a whole file needs that this libvips lacks.
    private string? Unsupported(ImageFormat format, ReadOnlySpan<byte> file, string text)
    {
        if (format == ImageFormat.Tiff && text.Contains("Unsupported JPEG", StringComparison.Ordinal))
            return "TIFF compressed with JPEG of another kind than 8-bit sequential or progressive";
        if (format == ImageFormat.Tiff && (LacksCodec(_remarks!) || LacksCodec(text)))
            return $"TIFF compressed with {TiffFile.CompressionName(_tiff.Compression)}";

        return format == ImageFormat.Jpeg && text.Contains("Unsupported ", StringComparison.Ordinal)
            ? JpegSegments.ProcessOf(file)
            : null;
    }

    private RejectedImageException Rejected(ImageFormat format, ReadOnlySpan<byte> file, string text)
    {
        if (IsEndless(text) || ImageHeader.IsEndMissing(format, file))
            return new RejectedImageException($"truncated {format.Name()}: the file ends before the image does");

        if (Unsupported(format, file, text) is { } what)
            return new RejectedImageException($"not supported: {what}");

        // libjpeg's first lines may be harmless warnings, the last is what stopped it; of the others the first is the cause.
        // "VipsJpeg: Corrupt JPEG data: bad Huffman code": the last part says it.
        var lines = text.Split('\n');
        var line = format != ImageFormat.Jpeg ? lines[0]
            : Array.Find(lines, candidate => Array.Exists(JpegDamage, candidate.Contains)) ?? lines[^1];
        var detail = line[(line.LastIndexOf(": ", StringComparison.Ordinal) + 1)..].Trim();
        if (detail is "" or "libpng read error")
            detail = "its compressed data or a checksum is wrong";
        return new RejectedImageException($"damaged {format.Name()}: {Printable.Excerpt(detail, 120)}");
    }
}
