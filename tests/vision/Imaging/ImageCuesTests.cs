using Pomona.Vision.Imaging;

namespace Pomona.Vision.Tests.Imaging;

public sealed class ImageCuesTests
{
    [Theory]
    [InlineData(224, 224)]
    [InlineData(299, 160)]
    [InlineData(33, 17)]
    [InlineData(16, 16)]
    [InlineData(5, 40)]
    [InlineData(3, 3)]
    [InlineData(1, 1)]
    [InlineData(2, 300)]
    public void Cues_are_those_of_the_formulas_without_vectors(int width, int height)
    {
        using var image = DrawnImage.Noise(width, height, seed: width + height);
        var picture = new byte[ImageCues.PictureBytes];
        var cues = ImageCues.Of(image.Pixels, width, height, picture);

        for (var y = 0; y < 16; y++)
        {
            for (var x = 0; x < 16; x++)
            {
                for (var colour = 0; colour < 3; colour++)
                {
                    var field = (from row in Field(y, height) from column in Field(x, width) select (int)At(column, row, colour)).ToList();
                    Assert.Equal((field.Sum() + (field.Count / 2)) / field.Count, picture[(3 * ((16 * y) + x)) + colour]);
                }
            }
        }

        var laplacians = (from y in Enumerable.Range(1, Math.Max(height - 2, 0))
                          from x in Enumerable.Range(1, Math.Max(width - 2, 0))
                          from c in Enumerable.Range(0, 3)
                          select (double)(At(x - 1, y, c) + At(x + 1, y, c) + At(x, y - 1, c) + At(x, y + 1, c) - (4 * At(x, y, c)))).ToList();
        var mean = laplacians.DefaultIfEmpty().Average();
        var variance = laplacians.Select(one => (one - mean) * (one - mean)).DefaultIfEmpty().Average();
        Assert.Equal(variance, cues.Sharpness, 1e-6 * Math.Max(variance, 1));

        int At(int x, int y, int colour) => image.Row(y)[(3 * x) + colour];

        static IEnumerable<int> Field(int number, int side)
        {
            var from = number * side / 16;
            return Enumerable.Range(from, Math.Max((number + 1) * side / 16, from + 1) - from);
        }
    }

    [Fact]
    public void The_largest_and_harshest_image_overflows_nothing()
    {
        const int side = 4096;
        var rgb = new byte[3 * side * side];
        for (var i = 0; i < rgb.Length; i++)
            rgb[i] = ((i / 3) + (i / (3 * side))) % 2 == 0 ? (byte)255 : (byte)0;
        var picture = new byte[ImageCues.PictureBytes];

        var cues = ImageCues.Of(rgb, side, side, picture);

        Assert.Equal(1020.0 * 1020, cues.Sharpness, 1.0);
        Assert.All(picture, value => Assert.Equal(128, value));
        Assert.Equal(128, cues.Brightness, 1e-3);
    }

    [Fact]
    public void Black_is_0_bright_and_white_255_and_neither_is_sharp()
    {
        var picture = new byte[ImageCues.PictureBytes];
        Assert.Equal(new ImageCues(0, 0), ImageCues.Of(new byte[3 * 20 * 20], 20, 20, picture));
        Assert.Equal(new ImageCues(255, 0), ImageCues.Of(Enumerable.Repeat((byte)255, 3 * 20 * 20).ToArray(), 20, 20, picture));
    }

    [Fact]
    public void A_photograph_out_of_focus_is_less_sharp()
    {
        using var image = DrawnImage.Noise(224, 224, seed: 1);
        var blurred = image.Pixels.ToArray();
        for (var i = 3; i < blurred.Length - 3; i++)
            blurred[i] = (byte)((image.Pixels[i - 3] + image.Pixels[i] + image.Pixels[i + 3]) / 3);
        var picture = new byte[ImageCues.PictureBytes];
        var sharp = ImageCues.Of(image.Pixels, 224, 224, picture);
        Assert.True(ImageCues.Of(blurred, 224, 224, picture).Sharpness < sharp.Sharpness / 2);
    }
}
