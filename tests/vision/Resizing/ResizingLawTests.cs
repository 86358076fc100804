using CsCheck;
using Pomona.Vision.Imaging;
using Pomona.Vision.Resizing;
using Pomona.Vision.Tests.Imaging;

namespace Pomona.Vision.Tests.Resizing;

public sealed class ResizingLawTests
{
    // Small sides most, so that borders and single pixels come often.
    private static readonly Gen<int> Sides = Gen.OneOf<int>(Gen.Int[1, 29], Gen.Int[1, 29], Gen.Int[1, 399]);

    public static TheoryData<int> Kernels => [0, 1, 2];

    public static TheoryData<string> Filters => [.. ResizeFilterName.All];

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Every_size_equals_the_plain_arithmetic(int vectors)
    {
        var random = new Random(20);
        for (var i = 0; i < 120; i++)
        {
            var (width, height) = (Side(random), Side(random));
            var (toWidth, toHeight) = (Side(random), Side(random));
            using var source = DrawnImage.Noise(width, height, i);
            foreach (var filter in new[] { ResizeFilter.Bicubic, ResizeFilter.Bilinear })
            {
                using var resizer = new PixelResizer(filter, toWidth, toHeight, (ResizeVectors)vectors);
                var result = new byte[3 * toWidth * toHeight];
                resizer.Resize(source, result);
                Assert.True(
                    PlainResampling.Resize(source, filter, toWidth, toHeight).AsSpan().SequenceEqual(result),
                    $"{filter} {width}x{height} to {toWidth}x{toHeight}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Black_and_white_edges_overshoot_and_are_cut(int vectors)
    {
        using var source = new RgbImage();
        source.Reset(200, 150);
        for (var i = 0; i < source.Pixels.Length; i++)
            source.Pixels[i] = (byte)(((i / 3 % 200 / 20) + (i / 600 / 15)) % 2 == 0 ? 0 : 255);
        foreach (var (width, height) in new[] { (224, 224), (61, 47), (200, 31), (31, 150) })
        {
            using var resizer = new PixelResizer(ResizeFilter.Bicubic, width, height, (ResizeVectors)vectors);
            var result = new byte[3 * width * height];
            resizer.Resize(source, result);
            Assert.Equal(PlainResampling.Resize(source, ResizeFilter.Bicubic, width, height), result);
        }
    }

    [Fact]
    public void One_colour_stays_that_colour()
        => Gen.Select(Gen.Enum<ResizeFilter>(), Gen.Select(Sides, Sides), Gen.Select(Sides, Sides), Gen.Byte).Sample(
            (filter, from, to, colour) =>
            {
                using var source = new RgbImage();
                source.Reset(from.Item1, from.Item2);
                source.Pixels.Fill(colour);
                using var resizer = new PixelResizer(filter, to.Item1, to.Item2);
                var result = new byte[3 * to.Item1 * to.Item2];
                resizer.Resize(source, result);
                Assert.Equal(-1, result.AsSpan().IndexOfAnyExcept(colour));
            });

    [Theory]
    [MemberData(nameof(Filters))]
    public void The_same_size_is_a_copy(string name)
    {
        Assert.True(ResizeFilterName.TryParse(name, out var filter));
        using var source = DrawnImage.Noise(57, 31, 1);
        using var resizer = new PixelResizer(filter, 57, 31);
        var result = new byte[3 * 57 * 31];
        resizer.Resize(source, result);
        Assert.Equal(source.Pixels.ToArray(), result);
    }

    [Fact]
    public void What_was_resized_before_does_not_matter()
    {
        using var resizer = new PixelResizer(ResizeFilter.Bicubic, 33, 44);
        var random = new Random(3);
        var result = new byte[3 * 33 * 44];
        // More sizes than are remembered, so that weights are computed into the memory of other sizes.
        for (var i = 0; i < 60; i++)
        {
            using var source = DrawnImage.Noise(random.Next(1, 25), random.Next(1, 25), i);
            resizer.Resize(source, result);
            Assert.Equal(PlainResampling.Resize(source, ResizeFilter.Bicubic, 33, 44), result);
        }
    }

    [Fact]
    public void A_result_of_another_length_is_refused()
    {
        using var source = DrawnImage.Noise(5, 5, 1);
        using var resizer = new PixelResizer(ResizeFilter.Bicubic, 8, 8);
        Assert.Throws<ArgumentOutOfRangeException>(() => resizer.Resize(source, new byte[(3 * 8 * 8) - 1]));
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public void A_filter_is_found_by_its_exact_name(string name)
    {
        Assert.True(ResizeFilterName.TryParse(name, out var filter));
        Assert.Equal(name, ResizeFilterName.Of(filter));
        Assert.False(ResizeFilterName.TryParse(name.ToUpperInvariant(), out _));
    }

    // Small sides most, so that borders and single pixels come often.
    private static int Side(Random random) => random.Next(3) == 0 ? random.Next(1, 400) : random.Next(1, 30);
}
