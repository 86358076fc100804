using System.Buffers.Binary;
using Pomona.Vision.Formats;
using Pomona.Vision.Imaging;
using Pomona.Vision.Tests.Imaging;

namespace Pomona.Vision.Tests.Decoding;

/// <summary>Small files that would take a decoder minutes: each is a picture, or a sentence, without them.</summary>
public sealed class CostlyImageTests
{
    [Theory]
    [InlineData(3, 32_771)]
    [InlineData(7, 5)]
    public void A_frame_larger_than_its_screen_enlarges_the_screen_as_in_Pillow(int width, int height)
    {
        var file = Gif(screen: (3, 3), (0, 0, width, height));

        Assert.Equal(Red(width * height), Decoded.PixelsOf(file));
        Assert.Equal((width, height), (ImageHeader.Read(file).Width, ImageHeader.Read(file).Height));
    }

    [Fact]
    public void Later_frames_beyond_the_screen_do_not_matter()
        => Assert.Equal(Red(9), Decoded.PixelsOf(Gif(screen: (3, 3), (0, 0, 3, 3), (0, 0, 1, 65_535), (65_000, 65_000, 5, 5))));

    [Fact]
    public void A_frame_that_makes_the_screen_too_large_is_rejected_by_its_header()
        => Assert.StartsWith("too large: ", Decoded.ReasonOf(Gif(screen: (3, 3), (65_000, 65_000, 10, 10)), useTurboJpeg: false), StringComparison.Ordinal);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_JPEG_of_more_scans_than_encoders_make_is_rejected_whichever_decoder_there_is(bool useTurboJpeg)
    {
        if (useTurboJpeg && !Vision.Decoding.LibTurboJpeg.IsInstalled)
            return;

        var file = Golden.Bytes("progressive-420.jpg");
        var last = file.AsSpan().LastIndexOf<byte>([0xFF, 0xDA]);
        var scan = file[last..^2];
        byte[] costly = [.. file[..^2], .. Enumerable.Repeat(scan, DecodeSettings.MaxScans).SelectMany(static same => same), 0xFF, 0xD9];

        Assert.NotEmpty(Decoded.PixelsOf(file, useTurboJpeg));
        Assert.Equal($"not supported: JPEG with more than {DecodeSettings.MaxScans} scans", Decoded.ReasonOf(costly, useTurboJpeg));
    }

    [Theory]
    [InlineData(16, null)]
    [InlineData(17, "not supported: TIFF with 17 channels, where at most 16 are read")]
    [InlineData(65_535, "not supported: TIFF with 65535 channels, where at most 16 are read")]
    public void A_TIFF_of_more_channels_than_a_picture_has_is_rejected_by_its_header(int channels, string? reason)
    {
        var file = Tiff(channels);

        if (reason is null)
            Assert.Equal([1, 2, 3], Decoded.PixelsOf(file));
        else
            Assert.Equal(reason, Decoded.ReasonOf(file));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_PNG_with_a_chunk_before_its_pixels_that_claims_more_than_the_file_has_costs_no_memory(bool isCut)
    {
        var file = Golden.Bytes("orientation-6.png");
        var chunk = file.AsSpan().IndexOf("eXIf"u8) - 4;
        if (isCut)
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(chunk), 0x7FFF_FFF0);
        var header = ImageHeader.Read(file);

        Assert.True(chunk > 0);
        Assert.Equal(isCut, PngFile.IsCutBeforePixels(file));
        if (isCut)
            Assert.Equal("truncated PNG: the file ends before the image does", Decoded.ReasonOf(file));
        else
            Assert.Equal(3 * header.PixelCount, Decoded.PixelsOf(file).Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20_000)]
    public void A_TIFF_whose_directories_go_in_a_ring_or_on_and_on_is_its_first_page(int more)
    {
        var first = Tiff(channels: 3);
        const int next = 8 + 2 + (12 * 10);
        var file = new byte[first.Length + (18 * more)];
        first.CopyTo(file, 0);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(next), more == 0 ? 8 : first.Length);
        for (var i = 0; i < more; i++)
        {
            // One entry, NewSubfileType, and the way to the next directory.
            var directory = file.AsSpan(first.Length + (18 * i), 18);
            ReadOnlySpan<byte> entry = [1, 0, 254, 0, 4, 0, 1, 0, 0, 0, 0, 0, 0, 0];
            entry.CopyTo(directory);
            BinaryPrimitives.WriteInt32LittleEndian(directory[14..], i + 1 < more ? first.Length + (18 * (i + 1)) : 0);
        }

        Assert.Equal([1, 2, 3], Decoded.PixelsOf(file));
    }

    [Fact]
    public void A_TIFF_with_a_tile_of_gigabytes_is_rejected_without_them()
    {
        var file = Tiff(channels: 3, tile: 65_520);
        var before = Environment.WorkingSet;

        Assert.Matches("^(damaged|truncated|not supported|too large)", Decoded.ReasonOf(file));
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 500L << 20);
    }

    [SharedDataFact]
    public void What_was_drawn_to_cost_much_costs_little()
    {
        var folder = Path.Combine(SharedData.Folder!, "hostile");
        Assert.Equal(3 * 3 * 32_771, Decoded.PixelsOf(File.ReadAllBytes(Path.Combine(folder, "frame-taller-than-canvas.gif"))).Length);
        Assert.Contains("more than 100 scans", Decoded.ReasonOf(File.ReadAllBytes(Path.Combine(folder, "450-scans.jpg"))), StringComparison.Ordinal);
    }

    /// <summary>One pixel of red, green, blue and channels that are none of the picture's; not compressed.</summary>
    private static byte[] Tiff(int channels, int? tile = null)
    {
        (int Tag, int Kind, int Count, int Value)[] tags =
        [
            (256, 3, 1, 1), (257, 3, 1, 1), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 2), (273, 4, 1, 200), (277, 3, 1, channels),
            (278, 3, 1, 1), (279, 4, 1, channels), (338, 3, 1, 0),
        ];
        if (tile is { } side)
        {
            tags =
            [
                .. tags.Where(static tag => tag.Tag is not (273 or 278 or 279 or 338)),
                (322, 4, 1, side), (323, 4, 1, side), (324, 4, 1, 200), (325, 4, 1, channels),
            ];
        }

        var file = new byte[200 + channels];
        ReadOnlySpan<byte> head = [0x49, 0x49, 42, 0, 8, 0, 0, 0, (byte)tags.Length, 0];
        head.CopyTo(file);
        for (var i = 0; i < tags.Length; i++)
        {
            var at = file.AsSpan(head.Length + (12 * i));
            BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)tags[i].Tag);
            BinaryPrimitives.WriteUInt16LittleEndian(at[2..], (ushort)tags[i].Kind);
            BinaryPrimitives.WriteInt32LittleEndian(at[4..], tags[i].Count);
            BinaryPrimitives.WriteInt32LittleEndian(at[8..], tags[i].Value);
        }

        for (var i = 0; i < channels; i++)
            file[200 + i] = (byte)(i + 1);
        return file;
    }

    private static byte[] Red(int pixels) => [.. Enumerable.Range(0, 3 * pixels).Select(static at => (byte)(at % 3 == 0 ? 255 : 0))];

    /// <summary>A GIF whose frames are red, their pixels not compressed: before each its table is cleared.</summary>
    private static byte[] Gif((int Width, int Height) screen, params (int Left, int Top, int Width, int Height)[] frames)
    {
        var file = new MemoryStream();
        file.Write("GIF89a"u8);
        Number(screen.Width);
        Number(screen.Height);
        file.Write([0x80, 0, 0, 255, 0, 0, 0, 255, 0]); // two colours
        foreach (var (left, top, width, height) in frames)
        {
            file.WriteByte(0x2C);
            foreach (var value in (int[])[left, top, width, height])
                Number(value);
            file.Write([0, 2]); // no colours of its own, codes of 3 bits: clear is 4, the end 5
            var bits = string.Concat(Enumerable.Repeat("100000", width * height)) + "101"; // each clear and red
            var codes = string.Concat(bits.Chunk(3).Select(static code => new string([.. code.Reverse()])));
            var data = codes.Chunk(8).Select(static bits => (byte)bits.Select(static (bit, at) => bit == '1' ? 1 << at : 0).Sum()).ToArray();
            foreach (var block in data.Chunk(255))
            {
                file.WriteByte((byte)block.Length);
                file.Write(block);
            }

            file.WriteByte(0);
        }

        file.WriteByte(0x3B);
        return file.ToArray();

        void Number(int value)
        {
            Span<byte> bytes = stackalloc byte[2];
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
            file.Write(bytes);
        }
    }
}
