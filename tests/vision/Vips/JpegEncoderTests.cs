using Pomona.Vision.Formats;
using Pomona.Vision.Imaging;
using Pomona.Vision.Tests.Imaging;
using Pomona.Vision.Vips;

namespace Pomona.Vision.Tests.Vips;

public sealed class JpegEncoderTests
{
    [Fact]
    public void Equal_pixels_give_equal_bytes()
    {
        using var image = DrawnImage.Gradient(61, 47);
        Assert.Equal(JpegEncoder.Encode(image, 85), JpegEncoder.Encode(image, 85));
    }

    [Fact]
    public void What_is_written_is_a_JPEG_of_the_image_s_size()
    {
        using var image = DrawnImage.Gradient(61, 47);
        var (format, hasSize, width, height) = ImageHeader.Read(JpegEncoder.Encode(image, 85));
        Assert.True(hasSize);
        Assert.Equal((ImageFormat.Jpeg, 61, 47), (format, width, height));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public void A_quality_outside_1_to_100_is_refused(int quality)
    {
        using var image = DrawnImage.Gradient(2, 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => JpegEncoder.Encode(image, quality));
    }
}
