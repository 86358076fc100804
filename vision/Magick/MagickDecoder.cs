using ImageMagick;
using Pomona.Contracts;
using Pomona.Vision.Budget;
using Pomona.Vision.Formats;
using Pomona.Vision.Imaging;

namespace Pomona.Vision.Magick;

/// <summary>
/// Decodes HEIC, AVIF, JPEG XL and JPEG 2000 through Magick.NET. It hides damage (a grid's missing tiles stay green), so
/// that the container is read first (<see cref="HeifFile"/>) and the tiles are looked at afterwards. Pictures come upright:
/// what the container says of turning is obeyed, and EXIF's orientation then is not.
/// </summary>
internal static class MagickDecoder
{
    // What resizing takes at once.
    private const int StripRows = 8;

    // Chroma of a tile that was not decoded is rounded by whoever converts it.
    private const int Rounding = 2;

    /// <summary>Decodes the primary image, or the first of a sequence, whose size is within the limits.</summary>
    /// <exception cref="RejectedImageException">It is damaged, or this system has no decoder.</exception>
    public static void Decode(in ImageHeader header, ReadOnlySpan<byte> file, DecodeSettings settings, DecodingMeter? meter, IPixelRows into)
    {
        var name = header.Format.Name();
        if (ImageHeader.IsEndMissing(header.Format, file))
            throw new RejectedImageException($"truncated {name}: the file ends before the image does");
        var heif = header.Format is ImageFormat.Heic or ImageFormat.Avif ? HeifFile.Read(file) : null;
        try
        {
            MagickSession.Instance.Bound(settings.MaxMegapixels);
            using var image = new MagickImage();
            var warned = "";
            image.Warning += (_, said) => warned = said.Message;
            // Heard between ImageMagick's own steps; the libraries behind it are not interrupted.
            if (meter is not null)
                image.Progress += (_, step) => step.Cancel |= meter.IsOver;
            // An array: the package has no spans for .NET 8.
            image.Read(file.ToArray(), new MagickReadSettings { Format = CoderOf(header.Format, file), FrameIndex = 0, FrameCount = 1 });
            meter?.ThrowIfOver();
            if (warned.Length > 0)
                throw Damaged(name, warned);
            var (width, height) = ((int)image.Width, (int)image.Height);
            SizeLimit.Check(header.Format, width, height, settings);
            using var pixels = image.GetPixelsUnsafe();
            var layout = LayoutOf(image);
            if (heif is not null && heif.Undecoded.Green > 0 && (heif.Width, heif.Height) == (width, height)
                && heif.Tiles.Any(tile => IsUndecoded(pixels, layout, tile, heif.Undecoded)))
            {
                throw Damaged(name, "a tile cannot be decoded");
            }

            into.Begin(width, height);
            for (var top = 0; top < height; top += StripRows)
            {
                var rows = Math.Min(StripRows, height - top);
                layout.ToRgb(Samples(pixels, layout, (0, top, width, rows)), into.Rows(top, rows));
                into.Written(top, rows);
            }
        }
        catch (MagickException failure)
        {
            meter?.ThrowIfOver();
            throw Damaged(name, failure.Message);
        }
        catch (Exception failure) when (failure is DllNotFoundException or TypeInitializationException or BadImageFormatException)
        {
            throw new RejectedImageException(
                $"not supported on this system: Magick.NET, which decodes {name}, has no library for it; convert it to JPEG");
        }
    }

    private static MagickFormat CoderOf(ImageFormat format, ReadOnlySpan<byte> file) => format switch
    {
        ImageFormat.Heic => MagickFormat.Heic,
        ImageFormat.Avif => MagickFormat.Avif,
        ImageFormat.JpegXl => MagickFormat.Jxl,
        _ => Jpeg2000File.IsBare(file) ? MagickFormat.J2k : MagickFormat.Jp2,
    };

    private static SampleLayout LayoutOf(MagickImage image)
    {
        var bands = (int)image.ChannelCount;
        var colours = image.ColorSpace == ColorSpace.CMYK ? SampleColours.Cmyk
            : bands - (image.HasAlpha ? 1 : 0) >= 3 ? SampleColours.Rgb : SampleColours.Grey;
        return new SampleLayout(bands, Wide: false, colours, image.HasAlpha);
    }

    /// <summary>The samples of an area that is as wide as the picture, or one row high.</summary>
    private static unsafe Span<byte> Samples(
        IUnsafePixelCollection<byte> pixels, SampleLayout layout, (int Left, int Top, int Width, int Height) area)
    {
        var samples = pixels.GetAreaPointer(area.Left, area.Top, (uint)area.Width, (uint)area.Height);
        return samples != 0
            ? new Span<byte>((void*)samples, area.Width * area.Height * layout.Bands)
            : throw new MagickCacheErrorException("its pixels are gone");
    }

    private static bool IsUndecoded(
        IUnsafePixelCollection<byte> pixels,
        SampleLayout layout,
        (int Left, int Top, int Width, int Height) tile,
        (int Red, int Green, int Blue) colour)
    {
        var row = new byte[3 * tile.Width];
        for (var y = tile.Top; y < tile.Top + tile.Height; y++)
        {
            layout.ToRgb(Samples(pixels, layout, (tile.Left, y, tile.Width, 1)), row);
            for (var i = 0; i < row.Length; i += 3)
            {
                if (Math.Abs(row[i] - colour.Red) > Rounding || Math.Abs(row[i + 1] - colour.Green) > Rounding
                    || Math.Abs(row[i + 2] - colour.Blue) > Rounding)
                {
                    return false;
                }
            }
        }

        return true;
    }

    // "message `heic' @ error/heic.c/…": what stands before the place says it. "message `/tmp/magick-4JmIkY31gRXG5oMu'": a name
    // that ImageMagick gives the bytes, another one each time.
    private static RejectedImageException Damaged(string name, string text)
    {
        var at = text.IndexOf(" @ ", StringComparison.Ordinal);
        var said = at > 0 ? text[..at] : text;
        var quote = said.LastIndexOf('`');
        if (quote >= 0 && said.AsSpan(quote).Contains("magick-", StringComparison.Ordinal))
            said = said[..quote];
        var detail = Printable.Excerpt(said.Trim(), 120);
        return new RejectedImageException($"damaged {name}: {(detail.Length > 0 ? detail : "its data cannot be decoded")}");
    }
}
