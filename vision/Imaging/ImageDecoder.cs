namespace Pomona.Vision.Imaging;

/// <summary>
/// Turns the bytes of an image file into RGB pixels, whatever the file is called. One per thread; it is reused from image
/// to image and then allocates nothing for a healthy one.
/// <para>
/// JPEG and PNG pixels equal Pillow 9.4's bit for bit; colour profiles are ignored as it does. What happens to alpha, CMYK
/// and 16 bits says <see cref="SampleLayout"/>. Of animations and multi-page files the first image counts.
/// </para>
/// </summary>
public sealed class ImageDecoder : IDisposable
{
    private readonly DecodeSettings _settings;
    private readonly VipsDecoder _vips;
    private readonly bool _useTurboJpeg;
    private readonly RgbImage _stored = new();

    /// <param name="settings">What to accept.</param>
    /// <exception cref="DllNotFoundException">There is no libvips; the message says what to do.</exception>
    public ImageDecoder(DecodeSettings settings)
        : this(settings, LibTurboJpeg.IsInstalled)
    {
    }

    /// <param name="settings">What to accept.</param>
    /// <param name="useTurboJpeg">Whether healthy JPEGs take the fast path; the pixels are the same.</param>
    internal ImageDecoder(DecodeSettings settings, bool useTurboJpeg)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _vips = new VipsDecoder(settings);
        _useTurboJpeg = useTurboJpeg;
    }

    /// <summary>Decodes one file.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="into">Takes size and pixels; undefined when this throws.</param>
    /// <exception cref="RejectedImageException">The file gives no pixels; the message is the reason, one clause.</exception>
    public void Decode(ReadOnlySpan<byte> file, RgbImage into)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (!ImageHeader.TryRead(file, out var format, out var width, out var height))
        {
            throw new RejectedImageException(format == ImageFormat.Unknown
                ? ForeignFile.Describe(file)
                : $"damaged {format.Name()}: the file ends before it says how large the image is");
        }

        SizeLimit.Check(format, width, height, _settings);
        var orientation = DecodeStored(format, width, height, file, into);
        // A TIFF's orientation is no remark of a camera but a part of the format, and Pillow always honours it.
        if ((_settings.HonourOrientation || format == ImageFormat.Tiff) && orientation != ExifOrientation.Upright)
        {
            into.ExchangeWith(_stored);
            ExifOrientation.Apply(_stored, orientation, into);
            if ((long)width * height > LargeImageGate.LargePixels)
                _stored.Reset(1, 1);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stored.Dispose();

    private int DecodeStored(ImageFormat format, int width, int height, ReadOnlySpan<byte> file, RgbImage into)
    {
        if (format == ImageFormat.Bmp)
        {
            BmpDecoder.Decode(file, into);
            return ExifOrientation.Upright;
        }

        if (format != ImageFormat.Jpeg)
            return _vips.Decode(format, file, into);

        into.Reset(width, height);
        if (!_useTurboJpeg || !TurboJpegDecoder.TryDecode(file, into))
            _ = _vips.Decode(format, file, into);
        return _settings.HonourOrientation ? ExifOrientation.OfJpeg(file) : ExifOrientation.Upright;
    }
}
