using System.Globalization;
using System.Security.Cryptography;
using Pomona.Vision.Decoding;
using Pomona.Vision.Formats;
using Pomona.Vision.Imaging;
using Pomona.Vision.Resizing;
using Pomona.Vision.Tests.Imaging;

namespace Pomona.Vision.Tests.Decoding;

/// <summary>JPEGs decoded at a scale, and then resized, against Pillow's <c>draft</c>; goldens/make_goldens.py names the versions.</summary>
public sealed class DraftGoldensTests
{
    public static TheoryData<string> Jpegs => [.. Golden.Rows("draft.tsv").Select(row => row[0]).Distinct()];

    [Theory]
    [MemberData(nameof(Jpegs))]
    public void A_draft_through_libvips_is_Pillow_s(string name) => AssertEqual(name, useTurboJpeg: false);

    [TurboJpegTheory]
    [MemberData(nameof(Jpegs))]
    public void A_draft_through_libturbojpeg_is_Pillow_s(string name) => AssertEqual(name, useTurboJpeg: true);

    [Theory]
    [MemberData(nameof(Jpegs))]
    public void A_draft_by_strips_is_Pillow_s(string name)
    {
        var file = Golden.Bytes(name);
        var header = ImageHeader.Read(file);
        foreach (var draft in DraftsOf(name))
        {
            using var decoder = new ImageDecoder(new DecodeSettings(HonourOrientation: false, DraftFor: draft.Wanted), useTurboJpeg: false);
            using var image = new RgbImage();
            Assert.True(decoder.TryDecodeByStrips(header, file, image));
            if (ExifOrientation.OfJpeg(file) == ExifOrientation.Upright)
                Assert.Equal(draft.Pixels, HashOf(image.Pixels));
        }
    }

    [Fact]
    public void Formats_without_a_scale_of_their_own_are_decoded_whole()
    {
        foreach (var name in (string[])["rgb.png", "lossy.webp", "rgb.bmp"])
        {
            using var decoder = new ImageDecoder(new DecodeSettings(DraftFor: (1, 1)));
            using var image = new RgbImage();
            decoder.Decode(Golden.Bytes(name), image);
            Assert.Equal(Golden.Bytes(name + ".rgb"), image.Pixels.ToArray());
        }
    }

    [Fact]
    public void A_draft_is_weighed_by_its_own_pixels()
    {
        var file = Golden.Bytes("baseline-420.jpg");
        var progressive = Golden.Bytes("progressive-420.jpg");
        using var decoder = new ImageDecoder(new DecodeSettings(DraftFor: (4, 4)));
        Assert.Equal(3L * (45 * 31 / 4), decoder.CostOf(ImageHeader.Read(file), file, byStrips: false));
        Assert.Equal(0, decoder.CostOf(ImageHeader.Read(file), file, byStrips: true));
        Assert.Equal(6L * 45 * 31, decoder.CostOf(ImageHeader.Read(progressive), progressive, byStrips: true));
    }

    [Fact]
    public void A_photo_that_is_turned_is_weighed_twice()
    {
        var (upright, portrait) = (Golden.Bytes("orientation-1.jpg"), Golden.Bytes("orientation-6.jpg"));
        using ImageDecoder turning = new(new DecodeSettings(HonourOrientation: true)), plain = new(new DecodeSettings(HonourOrientation: false));
        var header = ImageHeader.Read(portrait);
        Assert.Equal(3 * header.PixelCount, turning.CostOf(ImageHeader.Read(upright), upright, byStrips: false));
        Assert.Equal(6 * header.PixelCount, turning.CostOf(header, portrait, byStrips: false));
        Assert.Equal(3 * header.PixelCount, plain.CostOf(header, portrait, byStrips: false));
    }

    [Theory]
    [InlineData(2016, 1512, 3)]
    [InlineData(1343, 4000, 1)]
    [InlineData(65_497, 65_000, 1)]
    [InlineData(4000, 3000, 4)]
    public void A_draft_is_at_least_three_times_as_large_as_what_it_is_for(int width, int height, int most)
    {
        var draft = JpegDraft.Of(new ImageHeader(ImageFormat.Jpeg, true, width, height), ExifOrientation.Upright, (224, 224));
        Assert.InRange(draft, 1, most);
        Assert.True(draft == 1 || Math.Min(width, height) / draft >= 672);
    }

    [Fact]
    public void A_damaged_photograph_has_the_reason_that_it_has_whole()
    {
        var file = Golden.Bytes("size-131x97.jpg");
        for (var at = 200; at < file.Length; at += 97)
        {
            byte[] cut = file[..at], changed = [.. file[..at], (byte)(file[at] ^ 0x55), .. file[(at + 1)..]];
            foreach (var damaged in (byte[][])[cut, changed])
                Assert.Equal(ReasonOf(damaged, draftFor: null, useTurboJpeg: false), ReasonOf(damaged, (4, 4), useTurboJpeg: false));
        }
    }

    private static string? ReasonOf(byte[] file, (int, int)? draftFor, bool useTurboJpeg)
    {
        using var decoder = new ImageDecoder(new DecodeSettings(DraftFor: draftFor), useTurboJpeg);
        using var image = new RgbImage();
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

    private static void AssertEqual(string name, bool useTurboJpeg)
    {
        foreach (var draft in DraftsOf(name))
        {
            using var decoder = new ImageDecoder(new DecodeSettings(DraftFor: draft.Wanted), useTurboJpeg);
            using var image = new RgbImage();
            decoder.Decode(Golden.Bytes(name), image);
            Assert.Equal(draft.Size, (image.Width, image.Height));
            Assert.Equal(draft.Pixels, HashOf(image.Pixels));

            var (width, height) = draft.Wanted;
            using var resizer = new PixelResizer(ResizeFilter.Bicubic, width, height);
            var resized = new byte[3 * width * height];
            resizer.Resize(image, resized);
            Assert.Equal(draft.Resized, HashOf(resized));
        }
    }

    private static IEnumerable<Draft> DraftsOf(string name)
        => Golden.Rows("draft.tsv").Where(row => row[0] == name).Select(row => new Draft(
            (Number(row[1]), Number(row[2])), (Number(row[3]), Number(row[4])), row[5], row[6]));

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string HashOf(ReadOnlySpan<byte> pixels) => Convert.ToHexStringLower(SHA256.HashData(pixels));

    private sealed record Draft((int Width, int Height) Wanted, (int Width, int Height) Size, string Pixels, string Resized);
}
