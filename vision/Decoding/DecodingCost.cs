using Pomona.Vision.Formats;
using Pomona.Vision.Imaging;

namespace Pomona.Vision.Decoding;

/// <summary>
/// What decoding a file takes of memory besides the file, in bytes of pixels, reckoned from its header: what images are
/// weighed by, so that many small ones are decoded at once and few large ones.
/// </summary>
public static class DecodingCost
{
    /// <summary>Bytes of a decoded pixel.</summary>
    internal const int Rgb = 3;

    /// <summary>Three components' coefficients of 16 bits: a progressive JPEG is complete with its last scan.</summary>
    private const int Coefficients = 6;

    /// <summary>ImageMagick's four channels, and what libheif holds besides; files of 12 megapixels take 13 to 23 bytes a pixel.</summary>
    private const int Magick = 20;

    /// <summary>Bytes, as an upper bound for usual files.</summary>
    /// <param name="header">The file's.</param>
    /// <param name="file">The file.</param>
    /// <param name="byStrips">Whether the pixels go into an <see cref="IPixelRows"/> that keeps few of them.</param>
    /// <param name="draft">How many pixels of the file, in each direction, become one (<see cref="JpegDraft"/>).</param>
    public static long BytesOf(in ImageHeader header, ReadOnlySpan<byte> file, bool byStrips, int draft = 1)
    {
        if (header.Format == ImageFormat.Jpeg && draft > 1)
        {
            return (byStrips ? 0 : Rgb * (header.PixelCount / (draft * draft)))
                + (JpegSegments.IsProgressive(file) ? Coefficients * header.PixelCount : 0);
        }

        var perPixel = header.Format switch
        {
            ImageFormat.Jpeg => (byStrips ? 0 : Rgb) + (JpegSegments.IsProgressive(file) ? Coefficients : 0),
            ImageFormat.Png => (byStrips ? 0 : Rgb) + (PngFile.IsInterlaced(file) ? 2 * Rgb : 0),
            ImageFormat.Tiff => byStrips ? 0 : Rgb,
            ImageFormat.WebP => (byStrips ? 0 : Rgb) + Rgb + 1,
            ImageFormat.Gif => (2 * Rgb) + 1,
            var other when other.IsMagicks() => Magick,
            _ => Rgb,
        };
        return perPixel * header.PixelCount;
    }
}
