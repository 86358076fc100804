using Pomona.Vision.Budget;
using Pomona.Vision.Formats;
using Pomona.Vision.Imaging;
using Pomona.Vision.Magick;
using Pomona.Vision.Vips;

namespace Pomona.Vision.Decoding;

/// <summary>
/// Turns the bytes of an image file into RGB pixels, whatever the file is called. One per thread; it is reused from image
/// to image and then allocates nothing for a healthy one.
/// <para>
/// JPEG and PNG pixels equal Pillow 9.4's bit for bit; colour profiles are ignored as it does. What happens to alpha, CMYK
/// and 16 bits says <see cref="SampleLayout"/>. Of animations and multi-page files the first image counts.
/// </para>
/// </summary>
public sealed class ImageDecoder : IImageDecoder
{
    private const long StripPixels = 1_500_000;

    private readonly DecodeSettings _settings;
    private readonly VipsDecoder _vips;
    private readonly DecodingMeter? _meter;
    private readonly bool _useTurboJpeg;
    private readonly RgbImage _stored;

    /// <param name="settings">What to accept.</param>
    /// <param name="meter">The thread's: an image beyond its budget is given up, where that can be.</param>
    /// <param name="shelf">Where the memory of a large image comes from that is to be turned; null: the system.</param>
    /// <exception cref="DllNotFoundException">There is no libvips; the message says what to do.</exception>
    public ImageDecoder(DecodeSettings settings, DecodingMeter? meter = null, PixelShelf? shelf = null)
        : this(settings, LibTurboJpeg.IsInstalled, meter, shelf)
    {
    }

    /// <param name="settings">What to accept.</param>
    /// <param name="useTurboJpeg">Whether healthy JPEGs take the fast path; the pixels are the same.</param>
    /// <param name="meter">The thread's.</param>
    /// <param name="shelf">Where the memory of a large image comes from that is to be turned.</param>
    internal ImageDecoder(DecodeSettings settings, bool useTurboJpeg, DecodingMeter? meter = null, PixelShelf? shelf = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _vips = new VipsDecoder(settings, meter);
        _meter = meter;
        _useTurboJpeg = useTurboJpeg;
        _stored = new RgbImage(shelf);
    }

    /// <summary>Decodes one file.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="into">Takes size and pixels; undefined when this throws.</param>
    /// <exception cref="RejectedImageException">The file gives no pixels; the message is the reason, one clause.</exception>
    public void Decode(ReadOnlySpan<byte> file, RgbImage into) => Decode(ImageHeader.Read(file), file, into);

    /// <inheritdoc/>
    public void Decode(in ImageHeader header, ReadOnlySpan<byte> file, RgbImage into)
    {
        ArgumentNullException.ThrowIfNull(into);
        Check(header, file);
        var format = header.Format;
        var orientation = DecodeStored(header, file, into);
        // A TIFF's orientation is no remark of a camera but a part of the format, and Pillow always honours it.
        if ((_settings.HonourOrientation || format == ImageFormat.Tiff) && orientation != ExifOrientation.Upright)
        {
            into.ExchangeWith(_stored);
            ExifOrientation.Apply(_stored, orientation, into);
            _stored.Clear();
        }
    }

    /// <inheritdoc/>
    public long CostOf(in ImageHeader header, ReadOnlySpan<byte> file, bool byStrips)
    {
        var draft = DraftOf(header, file);
        // While a picture is turned its pixels are there twice; of a JPEG it is known before it is decoded.
        var turned = !byStrips && OrientationOf(header, file) != ExifOrientation.Upright ? DecodingCost.Rgb * (header.PixelCount / (draft * draft)) : 0;
        var scale = byStrips ? ScaleOf(header, file) : 1;
        var decoded = header with { Width = (int)Math.Ceiling(scale * header.Width), Height = (int)Math.Ceiling(scale * header.Height) };
        return DecodingCost.BytesOf(decoded, file, byStrips, draft) + turned;
    }

    /// <summary>
    /// Whether <see cref="TryDecodeByStrips"/> is to be asked: for small images it is no gain, nor where libturbojpeg decodes a
    /// JPEG whole in half of libvips' time.
    /// </summary>
    /// <param name="header">The file's.</param>
    /// <param name="file">The whole file.</param>
    public bool GoesByStrips(in ImageHeader header, ReadOnlySpan<byte> file)
        => header.PixelCount >= StripPixels
            && (header.Format is ImageFormat.Png or ImageFormat.Tiff or ImageFormat.WebP || header.Format.IsMagicks()
                || (header.Format == ImageFormat.Jpeg && !_useTurboJpeg
                    && OrientationOf(header, file) == ExifOrientation.Upright));

    /// <inheritdoc/>
    public bool TryDecodeByStrips(in ImageHeader header, ReadOnlySpan<byte> file, IPixelRows into)
    {
        ArgumentNullException.ThrowIfNull(into);
        Check(header, file);
        if (header.Format.IsMagicks())
        {
            MagickDecoder.Decode(header, file, _settings, _meter, into);
            return true;
        }

        var orientation = _vips.Decode(header.Format, file, DraftOf(header, file), into, ScaleOf(header, file));
        return orientation == ExifOrientation.Upright || header.Format == ImageFormat.Jpeg
            || (!_settings.HonourOrientation && header.Format != ImageFormat.Tiff);
    }

    /// <inheritdoc/>
    public void Dispose() => _stored.Dispose();

    private void Check(in ImageHeader header, ReadOnlySpan<byte> file)
    {
        var format = header.Format;
        if (!header.HasSize)
        {
            throw new RejectedImageException(format == ImageFormat.Unknown
                ? ForeignFile.Describe(file)
                : $"damaged {format.Name()}: the file ends before it says how large the image is");
        }

        SizeLimit.Check(format, header.Width, header.Height, _settings);
        if (format == ImageFormat.Png && PngFile.IsCutBeforePixels(file))
            throw new RejectedImageException($"truncated {format.Name()}: the file ends before the image does");
        if (format == ImageFormat.Jpeg && JpegSegments.HasMoreScansThan(DecodeSettings.MaxScans, file))
            throw new RejectedImageException($"not supported: JPEG with more than {DecodeSettings.MaxScans} scans");
    }

    private int DecodeStored(in ImageHeader header, ReadOnlySpan<byte> file, RgbImage into)
    {
        if (header.Format == ImageFormat.Bmp)
        {
            BmpDecoder.Decode(header, file, into);
            return ExifOrientation.Upright;
        }

        if (header.Format.IsMagicks())
        {
            MagickDecoder.Decode(header, file, _settings, _meter, into);
            return ExifOrientation.Upright;
        }

        if (header.Format != ImageFormat.Jpeg)
            return _vips.Decode(header.Format, file, draft: 1, into);

        var draft = DraftOf(header, file);
        into.Reset(JpegDraft.SideOf(header.Width, draft), JpegDraft.SideOf(header.Height, draft));
        if (!_useTurboJpeg || !TurboJpegDecoder.TryDecode(file, draft, into))
            _ = _vips.Decode(header.Format, file, draft, into);
        return OrientationOf(header, file);
    }

    private int DraftOf(in ImageHeader header, ReadOnlySpan<byte> file)
        => _settings.DraftFor is { } wanted ? JpegDraft.Of(header, OrientationOf(header, file), wanted) : 1;

    /// <summary>At which part of its sides a WebP is decoded; those that are to be turned are decoded again, whole.</summary>
    private double ScaleOf(in ImageHeader header, ReadOnlySpan<byte> file)
        => _settings.DraftFor is { } wanted && header.Format == ImageFormat.WebP && WebPFile.IsOpaqueStill(file)
            ? WebPScale.Of(header, wanted)
            : 1;

    /// <summary>How a JPEG is to be turned; of the other formats the decoders tell.</summary>
    private int OrientationOf(in ImageHeader header, ReadOnlySpan<byte> file)
        => _settings.HonourOrientation && header.Format == ImageFormat.Jpeg ? ExifOrientation.OfJpeg(file) : ExifOrientation.Upright;
}
