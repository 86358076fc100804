using Pomona.Vision.Decoding;
using Pomona.Vision.Formats;
using Pomona.Vision.Imaging;
using Pomona.Vision.Resizing;
using Pomona.Vision.Tests.Imaging;

namespace Pomona.Vision.Tests.Magick;

/// <summary>
/// HEIC, AVIF, JPEG XL and JPEG 2000 against the pixels that libheif, libjxl and OpenJPEG give; the README of
/// ../shared/data/heif says how far Magick.NET is from each.
/// </summary>
public sealed class MagickDecoderTests
{
    [SharedDataFact]
    public void Pixels_equal_those_of_the_libraries_themselves()
    {
        var seen = 0;
        Assert.All(Images(""), path =>
        {
            var name = Path.GetFileName(path);
            using var decoder = new ImageDecoder(new DecodeSettings());
            using var image = new RgbImage();
            using var expected = new RgbImage();
            var file = File.ReadAllBytes(path);
            var header = ImageHeader.Read(file);
            decoder.Decode(File.ReadAllBytes(path + ".png"), expected);
            Assert.Equal((true, expected.Width, expected.Height), (header.HasSize, header.Width, header.Height));

            decoder.Decode(header, file, image);

            Assert.Equal((expected.Width, expected.Height), (image.Width, image.Height));
            var (largest, sum) = (0, 0L);
            for (var i = 0; i < image.Pixels.Length; i++)
            {
                var difference = Math.Abs(image.Pixels[i] - expected.Pixels[i]);
                (largest, sum) = (Math.Max(largest, difference), sum + difference);
            }

            var (mostLargest, mostMean) = MostDifference(name);
            Assert.True(largest <= mostLargest, $"{name}: {largest} levels");
            Assert.True(sum <= mostMean * image.Pixels.Length, $"{name}: {(double)sum / image.Pixels.Length} levels on average");
            seen++;
        });
        Assert.True(seen > 20);
    }

    [SharedDataFact]
    public void Rows_that_go_straight_into_the_resize_give_the_picture_resized_whole_and_the_same_reasons()
    {
        var (expected, actual) = (new byte[3 * 96 * 96], new byte[3 * 96 * 96]);
        using var decoder = new ImageDecoder(new DecodeSettings());
        using var resizer = new PixelResizer(ResizeFilter.Bicubic, 96, 96);
        using var whole = new RgbImage();
        Assert.All(Images(""), path =>
        {
            var file = File.ReadAllBytes(path);
            var header = ImageHeader.Read(file);
            decoder.Decode(header, file, whole);
            resizer.Resize(whole, expected);

            Assert.True(decoder.TryDecodeByStrips(header, file, resizer.Strips!));
            resizer.Finish(actual);

            Assert.Equal(expected, actual);
            // As large as a telephone's, it is not held a second time.
            Assert.True(decoder.GoesByStrips(header with { Width = 4000, Height = 3000 }, file));
        });

        var emptied = File.ReadAllBytes(Path.Combine(Folder, "bad", "tile-emptied.heic"));
        Assert.Equal(Decoded.ReasonOf(emptied), Assert.Throws<RejectedImageException>(
            () => decoder.TryDecodeByStrips(ImageHeader.Read(emptied), emptied, resizer.Strips!)).Message);
    }

    [SharedDataFact]
    public void ImageMagick_may_hold_what_the_largest_accepted_picture_takes_and_no_more()
    {
        using var decoder = new ImageDecoder(new DecodeSettings());
        using var image = new RgbImage();

        decoder.Decode(File.ReadAllBytes(Path.Combine(Folder, "plain.heic")), image);

        Assert.Equal((100_000_000UL * 5) + (64 << 20), ImageMagick.ResourceLimits.Memory);
        Assert.Equal(0UL, ImageMagick.ResourceLimits.Disk);
    }

    [SharedDataFact]
    public void The_reason_of_a_damaged_AVIF_is_the_same_each_time_and_names_no_file_of_this_machine()
    {
        var whole = File.ReadAllBytes(Images("").Single(path => Path.GetFileName(path) == "plain.avif"));
        var reasons = Enumerable.Range(1, 12).Select(part =>
        {
            var file = whole.ToArray();
            file.AsSpan(file.Length - (file.Length * part / 16), 24).Fill(0x55);
            using var decoder = new ImageDecoder(new DecodeSettings());
            using var image = new RgbImage();
            return Record.Exception(() => decoder.Decode(file, image))?.Message;
        }).Where(static reason => reason is not null).ToList();

        Assert.Contains(reasons, static reason => reason!.Contains("Corrupt frame", StringComparison.Ordinal));
        Assert.All(reasons, static reason => Assert.DoesNotContain("magick-", reason, StringComparison.Ordinal));
    }

    [SharedDataFact]
    public void What_is_cut_damaged_or_too_large_is_rejected_by_name()
    {
        var reasons = Images("bad").Where(path => Path.GetFileName(path) is not ("overwritten.heic" or "jpeg-inside.heic"))
            .ToDictionary(path => Path.GetFileName(path), path => Decoded.ReasonOf(File.ReadAllBytes(path)));

        Assert.Equal("empty file", reasons["empty.heic"]);
        Assert.Equal("damaged HEIC: the file ends before it says how large the image is", reasons["header-only.heic"]);
        Assert.Equal("truncated HEIC: the file ends before the image does", reasons["cut.heic"]);
        Assert.Equal("truncated HEIC: the file ends before the image does", reasons["cut-grid.heic"]);
        Assert.Equal("truncated AVIF: the file ends before the image does", reasons["cut.avif"]);
        Assert.Equal("truncated JPEG 2000: the file ends before the image does", reasons["cut.jp2"]);
        Assert.StartsWith("too large: 200000 by 200000 pixels", reasons["says-200000x200000.heic"], StringComparison.Ordinal);
        Assert.StartsWith("damaged HEIC: ", reasons["tile-emptied.heic"], StringComparison.Ordinal);
        Assert.Contains("JPEG XL: ", reasons["cut.jxl"], StringComparison.Ordinal);
        Assert.Equal(9, reasons.Count);
    }

    [SharedDataFact]
    public void A_JPEG_under_another_name_is_read_as_what_it_is_and_overwritten_bytes_crash_nothing()
    {
        Assert.NotEmpty(Decoded.PixelsOf(File.ReadAllBytes(Path.Combine(Folder, "bad", "jpeg-inside.heic"))));
        using var decoder = new ImageDecoder(new DecodeSettings());
        using var image = new RgbImage();
        try
        {
            decoder.Decode(File.ReadAllBytes(Path.Combine(Folder, "bad", "overwritten.heic")), image);
        }
        catch (RejectedImageException rejected)
        {
            Assert.StartsWith("damaged HEIC: ", rejected.Message, StringComparison.Ordinal);
        }
    }

    [SharedDataFact]
    public void Every_cut_through_a_grid_is_rejected()
    {
        var whole = File.ReadAllBytes(Path.Combine(Folder, "grid.heic"));
        for (var percent = 1; percent < 100; percent += 7)
            Assert.EndsWith("the file ends before the image does", ReasonOfCut(whole, percent), StringComparison.Ordinal);

        static string ReasonOfCut(byte[] whole, int percent)
        {
            var reason = Decoded.ReasonOf(whole.AsSpan(0, whole.Length * percent / 100));
            return reason.EndsWith("says how large the image is", StringComparison.Ordinal)
                ? "the file ends before the image does" : reason;
        }
    }

    [SharedDataFact]
    public void Whatever_is_broken_the_file_decodes_or_is_rejected_in_one_clause()
    {
        using var decoder = new ImageDecoder(new DecodeSettings(MaxMegapixels: 4));
        using var image = new RgbImage();
        var random = new Random(5);
        foreach (var name in new[] { "grid.heic", "alpha.heic", "plain.avif", "alpha.jxl", "plain.jp2" })
        {
            var whole = File.ReadAllBytes(Path.Combine(Folder, name));
            for (var round = 0; round < 400; round++)
            {
                var file = whole.ToArray();
                for (var changes = random.Next(1, 5); changes > 0; changes--)
                    file[random.Next(round % 2 == 0 ? Math.Min(900, file.Length) : file.Length)] = (byte)random.Next(256);
                // Reading the container is cheap, decoding is not.
                _ = ImageHeader.Read(file);
                if (round >= 25)
                    continue;
                try
                {
                    decoder.Decode(file, image);
                }
                catch (RejectedImageException rejected)
                {
                    Assert.InRange(rejected.Message.Length, 1, 200);
                    Assert.DoesNotContain(rejected.Message, char.IsControl);
                }
            }
        }
    }

    private static string Folder => Path.Combine(SharedData.Folder!, "heif");

    private static List<string> Images(string folder) => [.. Directory.EnumerateFiles(Path.Combine(Folder, folder))
        .Where(path => Path.GetExtension(path) is ".heic" or ".avif" or ".jxl" or ".jp2").Order(StringComparer.Ordinal)];

    private static (int Largest, double Mean) MostDifference(string name) => Path.GetExtension(name) switch
    {
        ".avif" when name.Contains("444", StringComparison.Ordinal) => (1, 0.2),
        ".avif" => (40, 1.3),
        ".jxl" when name == "plain.jxl" => (1, 0.1),
        ".heic" when name is "ten-bit.heic" or "twelve-bit.heic" => (3, 0.8),
        _ => (0, 0),
    };
}
