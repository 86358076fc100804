using System.Security.Cryptography;
using Pomona.Vision.Imaging;
using Pomona.Vision.Resizing;
using Pomona.Vision.Tests.Imaging;

namespace Pomona.Vision.Tests.Resizing;

/// <summary>Resized pixels against Pillow's, bit for bit; goldens/make_goldens.py names the versions.</summary>
public sealed class ResizingGoldensTests
{
    public static TheoryData<int, int, uint, string, int, int, string> Cases
    {
        get
        {
            var cases = new TheoryData<int, int, uint, string, int, int, string>();
            foreach (var row in Golden.Rows("resize.tsv"))
            {
                cases.Add(
                    int.Parse(row[0]), int.Parse(row[1]), uint.Parse(row[2]), row[3], int.Parse(row[4]), int.Parse(row[5]),
                    row[6]);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Resized_pixels_equal_Pillow_s_or_TensorFlow_s(
        int width, int height, uint seed, string filterName, int toWidth, int toHeight, string sha256)
    {
        using var source = Noise(width, height, seed);
        Assert.True(ResizeFilterName.TryParse(filterName, out var filter));
        foreach (var vectors in Enum.GetValues<ResizeVectors>())
        {
            using var resizer = new PixelResizer(filter, toWidth, toHeight, vectors);
            var result = new byte[3 * toWidth * toHeight];
            resizer.Resize(source, result);
            Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(result)));
        }
    }

    // The generator of make_goldens.py.
    private static RgbImage Noise(int width, int height, uint seed)
    {
        var image = new RgbImage();
        image.Reset(width, height);
        var state = seed;
        foreach (ref var value in image.Pixels)
        {
            state = (state * 1664525) + 1013904223;
            value = (byte)(state >> 24);
        }

        return image;
    }
}
