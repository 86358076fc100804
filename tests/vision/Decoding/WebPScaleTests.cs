using Pomona.Vision.Decoding;
using Pomona.Vision.Formats;
using Pomona.Vision.Imaging;
using Pomona.Vision.Resizing;
using Pomona.Vision.Tests.Imaging;

namespace Pomona.Vision.Tests.Decoding;

public sealed class WebPScaleTests
{
    [Theory]
    [InlineData(4000, 3000, 0.224)]
    [InlineData(3000, 4000, 0.224)]
    [InlineData(1344, 9000, 0.5)]
    [InlineData(1343, 9000, 1)]
    [InlineData(0, 9000, 1)]
    [InlineData(100, 100, 1)]
    public void A_WebP_is_left_three_times_as_large_as_what_it_is_for(int width, int height, double scale)
        => Assert.Equal(scale, WebPScale.Of(new ImageHeader(ImageFormat.WebP, true, width, height), (224, 224)), 9);

    [Theory]
    [InlineData("lossy.webp")]
    [InlineData("lossless.webp")]
    public void A_WebP_decoded_at_a_scale_looks_like_the_whole_one_made_small(string name)
    {
        var file = Golden.Bytes(name);
        var header = ImageHeader.Read(file);
        using var decoder = new ImageDecoder(new DecodeSettings(DraftFor: (2, 2)));
        using var whole = new RgbImage();
        using var scaled = new RgbImage();
        decoder.Decode(header, file, whole);

        Assert.True(decoder.TryDecodeByStrips(header, file, scaled));

        Assert.Equal(6, Math.Min(scaled.Width, scaled.Height));
        Assert.InRange(scaled.Width / (double)scaled.Height / (header.Width / (double)header.Height), 0.85, 1.15);
        using var resizer = new PixelResizer(ResizeFilter.Bilinear, scaled.Width, scaled.Height);
        var expected = new byte[scaled.Pixels.Length];
        resizer.Resize(whole, expected);
        var sum = 0;
        for (var i = 0; i < expected.Length; i++)
            sum += Math.Abs(expected[i] - scaled.Pixels[i]);
        Assert.True(sum < 6 * expected.Length, $"{(double)sum / expected.Length} levels on average");
        Assert.Equal(4L * scaled.Width * scaled.Height, decoder.CostOf(header, file, byStrips: true));
    }

    [Theory]
    [InlineData("lossy-alpha.webp")]
    [InlineData("animated.webp")]
    public void A_WebP_with_opacity_or_of_several_frames_is_decoded_whole(string name)
    {
        var file = Golden.Bytes(name);
        using var decoder = new ImageDecoder(new DecodeSettings(DraftFor: (1, 1)));
        using var image = new RgbImage();

        Assert.True(decoder.TryDecodeByStrips(ImageHeader.Read(file), file, image));

        Assert.Equal(Golden.Bytes(name + ".rgb"), image.Pixels.ToArray());
    }

    [Fact]
    public void A_cut_WebP_has_the_reason_that_it_has_whole()
    {
        var whole = Golden.Bytes("lossy.webp");
        using var decoder = new ImageDecoder(new DecodeSettings(DraftFor: (1, 1)));
        using var image = new RgbImage();
        for (var length = whole.Length - 1; length > 60; length -= 41)
        {
            var cut = whole[..length];
            Assert.Equal(
                Decoded.ReasonOf(cut),
                Assert.Throws<RejectedImageException>(() => decoder.TryDecodeByStrips(ImageHeader.Read(cut), cut, image)).Message);
        }
    }
}
