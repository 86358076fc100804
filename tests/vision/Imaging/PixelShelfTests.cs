using Pomona.Vision.Decoding;
using Pomona.Vision.Imaging;

namespace Pomona.Vision.Tests.Imaging;

public sealed class PixelShelfTests
{
    private const long Large = 3 * 4000 * 3000;

    private long _inUse;

    [Fact]
    public unsafe void A_large_image_s_memory_is_the_next_one_s()
    {
        using var shelf = Shelf(2 * Large);
        using RgbImage first = new(shelf), second = new(shelf);
        first.Reset(4000, 3000);
        var memory = (nint)first.Pointer;

        first.Clear();
        second.Reset(3000, 3000);

        Assert.Equal(memory, (nint)second.Pointer);
        Assert.Equal((1, 1), (first.Width, first.Height));
        Assert.True(first.Capacity < 100);
    }

    [Fact]
    public unsafe void Of_several_the_smallest_that_fits_is_taken()
    {
        using var shelf = Shelf(4 * Large);
        using RgbImage first = new(shelf), second = new(shelf), third = new(shelf);
        first.Reset(4000, 3000);
        second.Reset(3500, 3000);
        var memory = (nint)second.Pointer;

        first.Clear();
        second.Clear();
        third.Reset(3400, 3000);

        Assert.Equal(memory, (nint)third.Pointer);
    }

    [Fact]
    public void What_is_in_use_and_on_the_shelf_stays_within_the_budget()
    {
        using var shelf = Shelf(2 * Large);
        using RgbImage first = new(shelf), second = new(shelf);
        first.Reset(4000, 3000);
        second.Reset(4000, 3000);

        _inUse = Large;
        first.Clear();
        second.Clear(); // no room
        Assert.Equal(Large, Idle(shelf, most: 2));
        second.Reset(4000, 3000);
        second.Clear();

        _inUse = Large + 1;
        shelf.MakeRoom();
        Assert.Equal(0, Idle(shelf, most: 1));
    }

    [Theory]
    [InlineData(1500, 1000)]
    [InlineData(1999, 3000)]
    [InlineData(4001, 3000)]
    public void Memory_that_is_too_small_or_more_than_twice_as_large_as_its_image_is_not_taken(int width, int height)
    {
        using var shelf = Shelf(4 * Large);
        using RgbImage first = new(shelf), second = new(shelf);
        first.Reset(4000, 3000);

        first.Clear();
        second.Reset(width, height);

        Assert.Equal(3L * width * height, second.Capacity);
        Assert.Equal(Large, Idle(shelf, most: 1));
    }

    [Fact]
    public void A_small_image_keeps_its_memory_and_a_shelf_that_is_cleared_has_none()
    {
        using var shelf = Shelf(4 * Large);
        using RgbImage small = new(shelf), large = new(shelf);
        small.Reset(1000, 1000);
        large.Reset(4000, 3000);

        small.Clear();
        large.Clear();
        shelf.Clear();

        Assert.Equal(3_000_000, small.Capacity);
        Assert.Equal(0, Idle(shelf, most: 1));
    }

    [Fact]
    public void What_a_large_portrait_is_turned_in_is_weighed_like_its_pixels()
    {
        using var shelf = Shelf(4 * Large);
        using RgbImage drawn = new(), image = new(shelf);
        drawn.Reset(1500, 1001); // 4.5 MB
        drawn.Pixels.Clear();
        byte[] jpeg = [.. Vision.Vips.JpegEncoder.Encode(drawn, quality: 80)];
        // An Exif segment that holds nothing but orientation 6.
        byte[] portrait = [0xFF, 0xD8, 0xFF, 0xE1, 0, 34, .. "Exif\0\0II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, .. jpeg[2..]];
        using var decoder = new ImageDecoder(new DecodeSettings(HonourOrientation: true), meter: null, shelf);

        decoder.Decode(portrait, image);
        Assert.Equal((1001, 1500), (image.Width, image.Height));
        image.Clear();

        Assert.Equal(2L * 3 * 1500 * 1001, Idle(shelf, most: 3));
    }

    private PixelShelf Shelf(long capacity) => new(capacity, () => _inUse);

    private static long Idle(PixelShelf shelf, int most)
    {
        var bytes = 0L;
        for (var i = 0; i < most; i++)
        {
            foreach (var size in new[] { Large, 3L * 1500 * 1001 })
            {
                var block = shelf.Take(size);
                bytes += block.Bytes;
                block.Free();
            }
        }

        return bytes;
    }
}
