using Pomona.Vision.Decoding;
using Pomona.Vision.Formats;
using Pomona.Vision.Imaging;
using Pomona.Vision.Tests.Imaging;

namespace Pomona.Vision.Tests.Decoding;

/// <summary>Pixels against Pillow's, bit for bit; goldens/make_goldens.py names the versions.</summary>
public sealed class DecodingGoldensTests
{
    public static TheoryData<string> Files => [.. Golden.Names];

    public static TheoryData<string> Jpegs => [.. Golden.Names.Where(name => name.EndsWith(".jpg", StringComparison.Ordinal))];

    public static TheoryData<string> Stored =>
        [.. Golden.Names.Where(name => !name.StartsWith("turned-", StringComparison.Ordinal))];

    public static TheoryData<string> Oriented =>
        [.. Golden.Names.Where(name => name.StartsWith("orientation-", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Files))]
    public void Pixels_through_libvips_equal_Pillow_s(string name) => AssertEqual(name, useTurboJpeg: false);

    [TurboJpegTheory]
    [MemberData(nameof(Jpegs))]
    public void Pixels_through_libturbojpeg_equal_Pillow_s(string name) => AssertEqual(name, useTurboJpeg: true);

    [Theory]
    [MemberData(nameof(Oriented))]
    public void The_orientation_is_honoured_when_asked(string name)
    {
        using var decoder = new ImageDecoder(new DecodeSettings(HonourOrientation: true));
        using var image = new RgbImage();
        decoder.Decode(Golden.Bytes(name), image);
        var (_, _, width, height) = Golden.SizeOf(name);
        Assert.Equal((width, height), (image.Width, image.Height));
        Assert.Equal(Golden.Bytes(name + ".upright"), image.Pixels.ToArray());
    }

    [Theory]
    [MemberData(nameof(Stored))]
    public void The_header_gives_the_size_before_decoding(string name)
    {
        var (width, height, _, _) = Golden.SizeOf(name);
        var (_, hasSize, readWidth, readHeight) = ImageHeader.Read(Golden.Bytes(name));
        Assert.True(hasSize);
        Assert.Equal((width, height), (readWidth, readHeight));
    }

    private static void AssertEqual(string name, bool useTurboJpeg)
    {
        using var decoder = new ImageDecoder(new DecodeSettings(HonourOrientation: false), useTurboJpeg);
        using var image = new RgbImage();
        decoder.Decode(Golden.Bytes(name), image);
        var (width, height, _, _) = Golden.SizeOf(name);
        Assert.Equal((width, height), (image.Width, image.Height));
        Assert.Equal(Golden.Bytes(name + ".rgb"), image.Pixels.ToArray());
    }
}
