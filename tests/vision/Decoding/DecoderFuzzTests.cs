using Pomona.Vision.Decoding;
using Pomona.Vision.Imaging;
using Pomona.Vision.Tests.Imaging;

namespace Pomona.Vision.Tests.Decoding;

public sealed class DecoderFuzzTests
{
    private const int MutationsPerFile = 250;

    public static TheoryData<string> Seeds =>
    [
        "baseline-420.jpg", "progressive-422.jpg", "grey-progressive.jpg", "cmyk.jpg", "ycck-420.jpg", "orientation-6.jpg",
        "rgb.png", "rgba-16-interlaced.png", "palette-transparent.png", "grey-1.png",
        "lossy.webp", "lossless-alpha.webp", "animated.webp",
        "transparent.gif", "interlaced.gif", "animated.gif",
        "lzw.tif", "cmyk.tif", "bilevel.tif", "pages.tif",
        "rgb.bmp", "palette-4.bmp", "run-length-8.bmp", "rgb-565.bmp", "rgba-32.bmp",
    ];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Whatever_is_broken_the_file_decodes_or_is_rejected_in_one_clause(string name)
    {
        var settings = new DecodeSettings(MaxMegapixels: 4, HonourOrientation: true);
        using var decoder = new ImageDecoder(settings, useTurboJpeg: false);
        using var turbo = new ImageDecoder(settings, LibTurboJpeg.IsInstalled);
        using var image = new RgbImage();
        using var turboImage = new RgbImage();
        var whole = Golden.Bytes(name);
        var random = new Random(whole.Length);
        var (decoded, rejected) = (0, 0);
        for (var i = 0; i < MutationsPerFile; i++)
        {
            var file = Mutated(whole, random);
            var reason = TryDecode(decoder, file, image);

            // What libturbojpeg decodes and what it leaves to libvips must not show.
            Assert.Equal(reason, TryDecode(turbo, file, turboImage));
            if (reason is null)
            {
                decoded++;
                Assert.True(image.Pixels.SequenceEqual(turboImage.Pixels), $"mutation {i}: the back ends differ");
            }
            else
            {
                rejected++;
                Assert.InRange(reason.Length, 1, 200);
                Assert.DoesNotContain(reason, char.IsControl);
            }
        }

        Assert.True(rejected > 0, $"{decoded} decoded and none rejected: the mutations are too kind");
    }

    private static string? TryDecode(ImageDecoder decoder, ReadOnlySpan<byte> file, RgbImage image)
    {
        try
        {
            decoder.Decode(file, image);
            return null;
        }
        catch (RejectedImageException rejected)
        {
            return rejected.Message;
        }
    }

    // Headers are hit as often as the data, which is much longer; some files are cut, some grow.
    private static byte[] Mutated(byte[] whole, Random random)
    {
        var file = whole.ToArray();
        for (var changes = random.Next(1, 6); changes > 0; changes--)
        {
            var at = random.Next(random.Next(2) == 0 ? Math.Min(64, file.Length) : file.Length);
            file[at] = random.Next(3) switch
            {
                0 => (byte)random.Next(256),
                1 => 255,
                _ => (byte)(file[at] ^ (1 << random.Next(8))),
            };
        }

        return random.Next(8) switch
        {
            0 => file[..random.Next(file.Length)],
            1 => [.. file, .. file.AsSpan(random.Next(file.Length))],
            _ => file,
        };
    }
}
