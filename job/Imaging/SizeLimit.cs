using System.Globalization;

namespace Pomona.Job.Imaging;

/// <summary>Which sizes are decoded at all.</summary>
internal static class SizeLimit
{
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
