using Pomona.Vision.Imaging;
using Pomona.Vision.Vips;

namespace Pomona.DecodingBench;

/// <summary>Photo-like JPEGs of any size: waves of colour under a sensor's noise. A seed gives the same files everywhere.</summary>
internal static class DrawnPhotos
{
    public static void Write(string folder, int count, int width, int height, int seed)
    {
        Directory.CreateDirectory(folder);
        using var image = new RgbImage();
        for (var number = 0; number < count; number++)
        {
            var random = new Random(seed + number);
            Draw(image, width, height, random);
            File.WriteAllBytes(Path.Combine(folder, $"{number:D4}.jpg"), JpegEncoder.Encode(image, 90));
        }
    }

    private static void Draw(RgbImage image, int width, int height, Random random)
    {
        image.Reset(width, height);
        Span<double> across = stackalloc double[3];
        Span<double> down = stackalloc double[3];
        for (var channel = 0; channel < 3; channel++)
            (across[channel], down[channel]) = (random.Next(3, 40) / (double)width, random.Next(3, 40) / (double)height);
        for (var y = 0; y < height; y++)
        {
            var row = image.Row(y);
            for (var x = 0; x < width; x++)
            {
                for (var channel = 0; channel < 3; channel++)
                {
                    var light = 128 + (90 * Math.Sin(x * across[channel]) * Math.Cos(y * down[channel]));
                    row[(3 * x) + channel] = (byte)(light + random.Next(-8, 9));
                }
            }
        }
    }
}
