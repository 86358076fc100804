using Pomona.Vision.Imaging;
using Pomona.Vision.Resizing;
using Pomona.Vision.Vips;

namespace Pomona.Job.Evaluation;

/// <summary>The small pictures that the report shows.</summary>
internal static class Thumbnail
{
    /// <summary>The longer side of a thumbnail, in pixels.</summary>
    private const int LongerSide = 64;

    private const int Quality = 72;

    /// <summary>A JPEG, made of the pixels that the model sees, in the proportions of the picture.</summary>
    /// <param name="pixels">Red, green, blue, row by row.</param>
    /// <param name="size">The pixels' columns and rows.</param>
    /// <param name="picture">The picture's.</param>
    public static byte[] Of(ReadOnlySpan<byte> pixels, (int Width, int Height) size, (int Width, int Height) picture)
    {
        using var image = new RgbImage();
        image.Reset(size.Width, size.Height);
        pixels.CopyTo(image.Pixels);
        var scale = Math.Min(1.0, (double)LongerSide / Math.Max(picture.Width, picture.Height));
        using var small = new RgbImage();
        small.Reset(Math.Max(1, (int)(picture.Width * scale)), Math.Max(1, (int)(picture.Height * scale)));
        using var resizer = new PixelResizer(ResizeFilter.Bicubic, small.Width, small.Height);
        resizer.Resize(image, small.Pixels);
        return JpegEncoder.Encode(small, Quality);
    }
}
