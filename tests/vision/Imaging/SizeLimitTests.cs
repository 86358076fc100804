using System.Buffers.Binary;
using Pomona.Vision.Decoding;
using Pomona.Vision.Formats;
using Pomona.Vision.Imaging;

namespace Pomona.Vision.Tests.Imaging;

public sealed class SizeLimitTests
{
    private const int Side = 30_000;

    public static TheoryData<string, byte[]> Bombs => new()
    {
        { "JPEG", Patched("baseline-420.jpg", Find("baseline-420.jpg", [0xFF, 0xC0]) + 5, 2, big: true) },
        { "PNG", Patched("rgb.png", 16, 4, big: true) },
        { "WebP", WebP() },
        { "GIF", Patched("still.gif", 6, 2, big: false) },
        { "BMP", Patched("rgb.bmp", 18, 4, big: false) },
        { "TIFF", Tiff() },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void A_decompression_bomb_is_rejected_by_its_header(string format, byte[] file)
    {
        var (read, hasSize, width, height) = ImageHeader.Read(file);
        Assert.True(hasSize, format);
        Assert.Equal((format, Side, Side), (read.Name(), width, height));

        // A file of a few hundred bytes: had anything been decoded, it would be called truncated or damaged.
        Assert.Equal(
            "too large: 30000 by 30000 pixels is more than the limit of 100 megapixels",
            Decoded.ReasonOf(file.AsSpan(0, Math.Min(file.Length, 600))));
    }

    [Fact]
    public void The_limit_is_in_millions_of_pixels()
    {
        var file = Golden.Bytes("size-131x97.png");
        Assert.Equal(
            "too large: 131 by 97 pixels is more than the limit of 0.0127 megapixels",
            Decoded.ReasonOf(file, settings: new DecodeSettings(MaxMegapixels: 0.0127)));
        using var decoder = new ImageDecoder(new DecodeSettings(MaxMegapixels: 0.012707));
        using var image = new RgbImage();
        decoder.Decode(file, image);
        Assert.Equal((131, 97), (image.Width, image.Height));
    }

    [Fact]
    public void A_strip_that_is_longer_than_any_JPEG_is_rejected()
    {
        var file = Golden.Bytes("size-9x1.png");
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), 50_000_000);
        Assert.Equal(
            "too large: 50000000 by 1 pixels, and no side may be longer than 65535", Decoded.ReasonOf(file));
    }

    [Fact]
    public void An_image_without_pixels_is_rejected()
    {
        var file = Golden.Bytes("rgb.png");
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), 0);
        Assert.Equal("damaged PNG: its header says 45 by 0 pixels", Decoded.ReasonOf(file));
    }

    // Width and height follow each other in all of these.
    private static byte[] Patched(string name, int at, int size, bool big)
    {
        var file = Golden.Bytes(name);
        Write(file.AsSpan(at), size, big);
        Write(file.AsSpan(at + size), size, big);
        return file;
    }

    private static void Write(Span<byte> field, int size, bool big)
    {
        for (var i = 0; i < size; i++)
            field[big ? size - 1 - i : i] = (byte)(Side >> (8 * i));
    }

    private static int Find(string name, ReadOnlySpan<byte> marker) => Golden.Bytes(name).AsSpan().IndexOf(marker);

    private static byte[] WebP()
    {
        // An extended file's canvas: 24 bits each, less one.
        var file = Golden.Bytes("lossy-alpha.webp");
        Assert.Equal("VP8X"u8, file.AsSpan(12, 4));
        for (var i = 0; i < 3; i++)
            file[24 + i] = file[27 + i] = (byte)((Side - 1) >> (8 * i));
        return file;
    }

    private static byte[] Tiff()
    {
        var file = new byte[64];
        "II*\0"u8.CopyTo(file);
        file[4] = 8;
        file[8] = 2;
        for (var entry = 0; entry < 2; entry++)
        {
            var field = file.AsSpan(10 + (12 * entry), 12);
            BinaryPrimitives.WriteInt16LittleEndian(field, (short)(256 + entry));
            field[2] = 4;
            field[4] = 1;
            BinaryPrimitives.WriteInt32LittleEndian(field[8..], Side);
        }

        return file;
    }
}
