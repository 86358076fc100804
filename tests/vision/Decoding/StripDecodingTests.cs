using Pomona.Vision.Decoding;
using Pomona.Vision.Formats;
using Pomona.Vision.Imaging;
using Pomona.Vision.Resizing;
using Pomona.Vision.Tests.Imaging;
using Pomona.Vision.Vips;

namespace Pomona.Vision.Tests.Decoding;

public sealed class StripDecodingTests
{
    [Theory]
    [InlineData(1600, 1000, 224, 224, ResizeFilter.Bicubic)]
    [InlineData(1000, 1600, 96, 64, ResizeFilter.Bilinear)]
    [InlineData(224, 7000, 224, 224, ResizeFilter.Bicubic)]
    [InlineData(7001, 224, 224, 224, ResizeFilter.Bicubic)]
    public void A_photograph_resized_strip_by_strip_is_the_one_resized_whole(
        int width, int height, int toWidth, int toHeight, ResizeFilter filter)
    {
        using var drawn = DrawnImage.Noise(width, height, seed: width);
        var file = JpegEncoder.Encode(drawn, 60);
        using var decoder = new ImageDecoder(new DecodeSettings(), useTurboJpeg: false);
        using var resizer = new PixelResizer(filter, toWidth, toHeight);
        using var whole = new RgbImage();
        var (expected, actual) = (new byte[3 * toWidth * toHeight], new byte[3 * toWidth * toHeight]);
        decoder.Decode(file, whole);
        resizer.Resize(whole, expected);

        var header = ImageHeader.Read(file);
        Assert.True(decoder.GoesByStrips(header, file));
        Assert.True(decoder.TryDecodeByStrips(header, file, resizer.Strips!));
        resizer.Finish(actual);

        Assert.Equal(expected, actual);
    }

    [Theory]
    [InlineData("baseline-420.jpg")]
    [InlineData("progressive-422.jpg")]
    [InlineData("cmyk.jpg")]
    [InlineData("rgba-16-interlaced.png")]
    [InlineData("size-131x97.png")]
    [InlineData("lossy-alpha.webp")]
    [InlineData("tiled.tif")]
    [InlineData("ycbcr-planar.tif")]
    public void Every_format_that_goes_by_strips_gives_the_pixels_of_the_whole(string name)
    {
        var file = Golden.Bytes(name);
        using var decoder = new ImageDecoder(new DecodeSettings());
        using var image = new RgbImage();
        Assert.True(decoder.TryDecodeByStrips(ImageHeader.Read(file), file, image));
        Assert.Equal(Golden.Bytes(name + ".rgb"), image.Pixels.ToArray());
    }

    [Theory]
    [InlineData("orientation-6.png")]
    [InlineData("orientation-6.webp")]
    [InlineData("turned-8.tif")]
    public void A_picture_that_is_to_be_turned_is_left_to_be_decoded_whole(string name)
    {
        var file = Golden.Bytes(name);
        using var decoder = new ImageDecoder(new DecodeSettings());
        using var image = new RgbImage();
        Assert.False(decoder.TryDecodeByStrips(ImageHeader.Read(file), file, image));
    }

    [Fact]
    public void A_cut_photograph_has_the_reason_that_it_has_whole()
    {
        using var drawn = DrawnImage.Gradient(2000, 1000);
        var file = JpegEncoder.Encode(drawn, 90);
        var cut = file.AsSpan(0, file.Length / 2).ToArray();
        using var decoder = new ImageDecoder(new DecodeSettings());
        using var resizer = new PixelResizer(ResizeFilter.Bicubic, 224, 224);

        Assert.Equal(
            Decoded.ReasonOf(cut),
            Assert.Throws<RejectedImageException>(
                () => decoder.TryDecodeByStrips(ImageHeader.Read(cut), cut, resizer.Strips!)).Message);
    }

    [Fact]
    public void Images_are_weighed_by_what_decoding_them_takes()
    {
        using var drawn = DrawnImage.Gradient(100, 100);
        var baseline = JpegEncoder.Encode(drawn, 90);
        Assert.Equal(0, Cost(baseline, byStrips: true));
        Assert.Equal(30_000, Cost(baseline, byStrips: false));
        Assert.Equal(6L * 45 * 31, Cost(Golden.Bytes("progressive-420.jpg"), byStrips: true));
        Assert.Equal(6L * 45 * 31, Cost(Golden.Bytes("rgb-interlaced.png"), byStrips: true));
        Assert.Equal(0, Cost(Golden.Bytes("rgb.png"), byStrips: true));

        static long Cost(byte[] file, bool byStrips) => DecodingCost.BytesOf(ImageHeader.Read(file), file, byStrips);
    }
}
