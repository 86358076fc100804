using Pomona.Vision.Imaging;

namespace Pomona.Vision.Tests.Imaging;

public sealed class PixelShelfTests
{
    private const long Large = 3 * 4000 * 3000;

    [Fact]
    public unsafe void A_large_image_s_memory_is_the_next_one_s()
    {
        using var shelf = new PixelShelf(2 * Large);
        using RgbImage first = new(), second = new();
        first.Reset(4000, 3000);
        var memory = (nint)first.Pointer;

        shelf.Put(first, inUse: 0);
        shelf.Take(second, Large, inUse: Large);
        second.Reset(4000, 3000);

        Assert.Equal(memory, (nint)second.Pointer);
        Assert.Equal((1, 1), (first.Width, first.Height));
        Assert.True(first.Capacity < 100);
    }

    [Fact]
    public void What_is_in_use_and_on_the_shelf_stays_within_the_budget()
    {
        using var shelf = new PixelShelf(2 * Large);
        using RgbImage first = new(), second = new(), third = new();
        first.Reset(4000, 3000);
        second.Reset(4000, 3000);
        third.Reset(4000, 3000);

        shelf.Put(first, inUse: Large);
        shelf.Put(second, inUse: 2 * Large); // no room
        shelf.Take(third, 2 * Large, inUse: 2 * Large); // none that fits, and the one that is kept has to go
        shelf.Take(second, Large, inUse: Large);

        Assert.True(second.Capacity < 100);
    }

    [Theory]
    [InlineData(100, 100)]
    [InlineData(4001, 3000)]
    public void Memory_that_does_not_fit_stays_where_it_is(int width, int height)
    {
        using var shelf = new PixelShelf(4 * Large);
        using RgbImage first = new(), second = new();
        first.Reset(4000, 3000);

        shelf.Put(first, inUse: 0);
        shelf.Take(second, 3L * width * height, inUse: 0);
        Assert.Equal(0, second.Capacity);

        shelf.Take(second, Large, inUse: 0);
        Assert.Equal(Large, second.Capacity);
    }

    [Fact]
    public void A_small_image_keeps_its_memory_and_a_shelf_that_is_cleared_has_none()
    {
        using var shelf = new PixelShelf(4 * Large);
        using RgbImage small = new(), large = new();
        small.Reset(1000, 1000);
        large.Reset(4000, 3000);

        shelf.Put(small, inUse: 0);
        shelf.Put(large, inUse: 0);
        shelf.Clear();
        shelf.Take(large, Large, inUse: 0);

        Assert.Equal(3_000_000, small.Capacity);
        Assert.True(large.Capacity < 100);
    }
}
