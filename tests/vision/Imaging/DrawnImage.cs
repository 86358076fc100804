using Pomona.Vision.Imaging;

namespace Pomona.Vision.Tests.Imaging;

/// <summary>Images drawn in memory.</summary>
internal static class DrawnImage
{
    /// <summary>Smooth in both directions, as photos are: every lossy codec keeps it closely.</summary>
    public static RgbImage Gradient(int width, int height)
    {
        var image = new RgbImage();
        image.Reset(width, height);
        for (var y = 0; y < height; y++)
        {
            var row = image.Row(y);
            for (var x = 0; x < width; x++)
            {
                row[3 * x] = (byte)(255 * x / width);
                row[(3 * x) + 1] = (byte)(255 * y / height);
                row[(3 * x) + 2] = (byte)(255 - (255 * x * y / (width * height)));
            }
        }

        return image;
    }

    /// <summary>Every byte random: nothing a wrong tap or rounding could hide in.</summary>
    public static RgbImage Noise(int width, int height, int seed)
    {
        var image = new RgbImage();
        image.Reset(width, height);
        new Random(seed).NextBytes(image.Pixels);
        return image;
    }
}
