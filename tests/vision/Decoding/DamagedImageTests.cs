using System.Buffers.Binary;
using Pomona.Vision.Decoding;
using Pomona.Vision.Formats;
using Pomona.Vision.Imaging;
using Pomona.Vision.Tests.Imaging;

namespace Pomona.Vision.Tests.Decoding;

public sealed class DamagedImageTests
{
    public static TheoryData<bool> BackEnds => LibTurboJpeg.IsInstalled ? [false, true] : [false];

    [Theory]
    [InlineData("baseline-420.jpg", "JPEG")]
    [InlineData("progressive-420.jpg", "JPEG")]
    [InlineData("grey.jpg", "JPEG")]
    [InlineData("cmyk.jpg", "JPEG")]
    [InlineData("rgb.png", "PNG")]
    [InlineData("rgb-interlaced.png", "PNG")]
    [InlineData("lossy.webp", "WebP")]
    [InlineData("lossless-alpha.webp", "WebP")]
    [InlineData("still.gif", "GIF")]
    [InlineData("rgb.tif", "TIFF")]
    [InlineData("tiled.tif", "TIFF")]
    [InlineData("tiled-grey.tif", "TIFF")]
    [InlineData("ycbcr-tiled.tif", "TIFF")]
    [InlineData("remarks-tiled.tif", "TIFF")]
    [InlineData("remarks.tif", "TIFF")]
    [InlineData("rgb.bmp", "BMP")]
    [InlineData("run-length-8.bmp", "BMP")]
    public void A_truncated_file_is_rejected_with_its_reason(string name, string format)
    {
        var file = Golden.Bytes(name);
        foreach (var useTurboJpeg in new[] { false, LibTurboJpeg.IsInstalled })
        {
            foreach (var percent in new[] { 30, 60, 90, 98 })
            {
                Assert.Equal(
                    $"truncated {format}: the file ends before the image does",
                    Decoded.ReasonOf(file.AsSpan(0, file.Length * percent / 100), useTurboJpeg));
            }
        }
    }

    [Theory]
    [InlineData("baseline-420.jpg", 100)]
    [InlineData("rgb.png", 20)]
    [InlineData("lossy.webp", 25)]
    [InlineData("still.gif", 8)]
    [InlineData("lzw.tif", 100)]
    [InlineData("rgb.bmp", 20)]
    public void A_file_that_ends_within_its_header_is_rejected(string name, int length)
        => Assert.EndsWith(
            "the file ends before it says how large the image is",
            Decoded.ReasonOf(Golden.Bytes(name).AsSpan(0, length)),
            StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(BackEnds))]
    public void A_bad_Huffman_code_is_rejected(bool useTurboJpeg)
    {
        var file = Golden.Bytes("baseline-444.jpg");
        // A code of ones only is never assigned (ITU-T T.81, annex C).
        for (var i = file.Length / 2; i < (file.Length / 2) + 40; i += 2)
            (file[i], file[i + 1]) = (0xFF, 0x00);
        Assert.Equal("damaged JPEG: bad Huffman code", Decoded.ReasonOf(file, useTurboJpeg));
    }

    [Theory]
    [InlineData("rgb.png")]
    [InlineData("palette-8.png")]
    [InlineData("rgb-16.png")]
    public void A_wrong_checksum_is_rejected(string name)
    {
        var file = Golden.Bytes(name);
        // The last bytes are IEND's twelve and, before them, the data's checksum.
        file[^13] ^= 1;
        Assert.Equal("damaged PNG: its compressed data or a checksum is wrong", Decoded.ReasonOf(file));
    }

    [Theory]
    [MemberData(nameof(BackEnds))]
    public void A_JPEG_without_its_end_marker_decodes_when_all_its_pixels_are_there(bool useTurboJpeg)
    {
        foreach (var name in new[] { "baseline-444.jpg", "baseline-420.jpg", "grey.jpg" })
            Assert.Equal(Golden.Bytes(name + ".rgb"), Decoded.PixelsOf(Golden.Bytes(name).AsSpan()[..^2], useTurboJpeg));
    }

    [Theory]
    [MemberData(nameof(BackEnds))]
    public void A_progressive_JPEG_without_its_end_marker_is_rejected_because_scans_may_be_missing(bool useTurboJpeg)
        => Assert.Equal(
            "truncated JPEG: the file ends before the image does",
            Decoded.ReasonOf(Golden.Bytes("progressive-444.jpg").AsSpan()[..^2], useTurboJpeg));

    [Theory]
    [MemberData(nameof(BackEnds))]
    public void Garbage_between_a_JPEG_s_segments_is_passed_over(bool useTurboJpeg)
    {
        var file = Golden.Bytes("baseline-420.jpg");
        // After the first segment: two bytes of marker, then its length.
        var at = 4 + (file[4] << 8) + file[5];
        byte[] padded = [.. file.AsSpan(0, at), 1, 2, 3, 4, 5, .. file.AsSpan(at)];
        Assert.Equal(Golden.Bytes("baseline-420.jpg.rgb"), Decoded.PixelsOf(padded, useTurboJpeg));
    }

    [Theory]
    [MemberData(nameof(BackEnds))]
    public void A_truncated_JPEG_with_garbage_between_its_segments_is_rejected(bool useTurboJpeg)
    {
        var file = Golden.Bytes("baseline-420.jpg");
        var at = 4 + (file[4] << 8) + file[5];
        byte[] padded = [.. file.AsSpan(0, at), 1, 2, 3, 4, 5, .. file.AsSpan(at, (file.Length * 3 / 4) - at)];
        Assert.Equal("truncated JPEG: the file ends before the image does", Decoded.ReasonOf(padded, useTurboJpeg));
    }

    [Theory]
    [InlineData("baseline-420.jpg")]
    [InlineData("progressive-420.jpg")]
    [InlineData("rgb.png")]
    [InlineData("still.gif")]
    [InlineData("rgb.bmp")]
    public void What_follows_the_image_is_ignored(string name)
        => Assert.Equal(Golden.Bytes(name + ".rgb"), Decoded.PixelsOf([.. Golden.Bytes(name), .. "trailer of a phone"u8]));

    [Theory]
    [MemberData(nameof(BackEnds))]
    public void A_JPEG_without_tables_does_not_borrow_those_of_the_image_before_it(bool useTurboJpeg)
    {
        var whole = Golden.Bytes("baseline-444.jpg");
        using var decoder = new ImageDecoder(new DecodeSettings(), useTurboJpeg);
        using var image = new RgbImage();
        decoder.Decode(whole, image);

        // Every DQT marker becomes a comment.
        var bare = whole.ToArray();
        for (var i = 0; i + 1 < bare.Length; i++)
        {
            if (bare[i] == 0xFF && bare[i + 1] == 0xDB)
                bare[i + 1] = 0xFE;
        }

        Assert.Equal(
            "damaged JPEG: Quantization table 0x00 was not defined",
            Assert.Throws<RejectedImageException>(() => decoder.Decode(bare, image)).Message);
    }

    [Theory]
    [InlineData("tiled.tif")]
    [InlineData("tiled-grey.tif")]
    [InlineData("infrared-tiled.tif")]
    [InlineData("remarks-tiled.tif")]
    public void A_TIFF_whose_last_tile_is_overwritten_is_damaged(string name)
    {
        var file = Golden.Bytes(name);
        file.AsSpan(^60..).Fill(0xA5);
        Assert.StartsWith("damaged TIFF: ", Decoded.ReasonOf(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("remarks.tif")]
    [InlineData("alpha-said.tif")]
    public void A_TIFF_whose_only_strip_is_overwritten_is_damaged(string name)
    {
        var file = Golden.Bytes(name);
        file.AsSpan(^(file.Length / 2)..).Fill(0xA5);
        Assert.StartsWith("damaged TIFF: ", Decoded.ReasonOf(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tiled.tif", 34925, "LZMA")]
    [InlineData("infrared.tif", 34925, "LZMA")]
    [InlineData("tiled.tif", 6, "old-style JPEG")]
    [InlineData("infrared.tif", 6, "old-style JPEG")]
    [InlineData("tiled.tif", 777, "the compression 777")]
    [InlineData("infrared.tif", 34661, "JBIG")]
    public void A_TIFF_in_a_compression_that_is_not_built_in_is_named(string name, int compression, string called)
        => Assert.Equal(
            $"not supported: TIFF compressed with {called}", Decoded.ReasonOf(WithTag(name, TiffTag.Compression, compression)));

    [Theory]
    [InlineData("tiled.tif", TiffTag.Photometric, 8, "L*a*b* colours")]
    [InlineData("infrared.tif", TiffTag.Photometric, 9, "L*a*b* colours")]
    [InlineData("tiled.tif", TiffTag.Photometric, 32845, "LogLuv colours")]
    [InlineData("tiled-grey.tif", TiffTag.Photometric, 4, "a transparency mask")]
    [InlineData("tiled-grey.tif", TiffTag.BitsPerSample, 12, "12 bits per channel")]
    [InlineData("tiled-grey.tif", TiffTag.BitsPerSample, 32, "32 bits per channel")]
    [InlineData("tiled.tif", TiffTag.PlanarConfiguration, 2, "tiles of one channel each")]
    [InlineData("infrared.tif", TiffTag.Photometric, 1, "4 channels, of which nothing says what colours they are")]
    [InlineData("tiled-grey.tif", TiffTag.Photometric, 2, "1 channels where its colours have 3")]
    public void A_TIFF_of_a_kind_that_is_not_decoded_is_named(string name, int tag, int value, string what)
        => Assert.Equal($"not supported: TIFF with {what}", Decoded.ReasonOf(WithTag(name, tag, value)));

    [Theory]
    [MemberData(nameof(BackEnds))]
    public void A_JPEG_of_a_process_that_is_not_decoded_is_named(bool useTurboJpeg)
    {
        var file = Golden.Bytes("baseline-444.jpg");
        var frame = file.AsSpan().IndexOf<byte>([0xFF, 0xC0]);
        file[frame + 1] = 0xC3;
        Assert.Equal("not supported: lossless JPEG", Decoded.ReasonOf(file, useTurboJpeg));
        file[frame + 1] = 0xC1;
        file[frame + 4] = 12;
        Assert.Equal("not supported: JPEG with 12 bits per channel", Decoded.ReasonOf(file, useTurboJpeg));
    }

    [Fact]
    public void Floating_point_samples_are_rejected_because_nothing_says_what_white_is()
        => Assert.Equal(
            "not supported: TIFF with floating-point channels (32 bits), of which nothing says what white is",
            Decoded.ReasonOf(Golden.Bytes("float.tif")));

    // A short in the directory that the goldens begin with.
    private static byte[] WithTag(string name, int tag, int value)
    {
        var file = Golden.Bytes(name);
        for (var entry = file.AsSpan(10); ; entry = entry[12..])
        {
            if (BinaryPrimitives.ReadUInt16LittleEndian(entry) != tag)
                continue;
            BinaryPrimitives.WriteUInt16LittleEndian(entry[8..], (ushort)value);
            return file;
        }
    }
}
