using System.Globalization;

namespace Pomona.Vision.Imaging;

/// <summary>Which sizes are decoded at all.</summary>
public static class SizeLimit
{
    private const int MostBytesPerPixel = 8; // 16 bits each of red, green, blue and alpha, not compressed
    private const long MostBytesBesides = 64L << 20; // metadata, previews, colour profiles

    /// <summary>
    /// The longest file that is read at all: what the largest accepted image needs in the most wasteful format. It keeps a
    /// video called .jpg, or a scan of many pages, out of memory.
    /// </summary>
    public static long MostFileBytes(double maxMegapixels)
        => (long)Math.Min((maxMegapixels * 1e6 * MostBytesPerPixel) + MostBytesBesides, Array.MaxLength - 1);

    /// <summary>The reason of the rejection of a longer one.</summary>
    public static string TooManyBytes(long bytes, double maxMegapixels) => string.Create(
        CultureInfo.InvariantCulture,
        $"too large: {bytes / 1e6:N0} MB is more than any image within the limit of {maxMegapixels} megapixels needs");

    /// <summary>Rejects images without pixels, with too many, or longer than a resizer can hold.</summary>
    /// <exception cref="RejectedImageException">The size is outside the limits; the reason names both.</exception>
    public static void Check(ImageFormat format, int width, int height, DecodeSettings settings)
    {
        if (width < 1 || height < 1)
            throw new RejectedImageException($"damaged {format.Name()}: its header says {width} by {height} pixels");
        if (width > DecodeSettings.MaxSide || height > DecodeSettings.MaxSide)
        {
            throw new RejectedImageException(string.Create(
                CultureInfo.InvariantCulture,
                $"too large: {width} by {height} pixels, and no side may be longer than {DecodeSettings.MaxSide}"));
        }

        if ((double)width * height > settings.MaxMegapixels * 1e6)
        {
            throw new RejectedImageException(string.Create(
                CultureInfo.InvariantCulture,
                $"too large: {width} by {height} pixels is more than the limit of {settings.MaxMegapixels} megapixels"));
        }
    }
}
