using Pomona.Vision.Decoding;
using Pomona.Vision.Imaging;
using Pomona.Vision.Resizing;
using Pomona.Vision.Tests.Imaging;

namespace Pomona.Vision.Tests.Decoding;

/// <summary>Alone in the process, because the measures are the process's.</summary>
[Collection(nameof(Alone))]
public sealed class DecoderMemoryTests
{
    private static readonly string[] Names =
    [
        "size-131x97.jpg", "progressive-420.jpg", "cmyk.jpg", "size-131x97.png", "lossy-alpha.webp", "animated.gif", "lzw.tif",
        "rgb.bmp",
    ];

    [Fact]
    public void Ten_thousand_images_and_rejects_leave_no_memory_behind()
    {
        using var decoder = new ImageDecoder(new DecodeSettings(HonourOrientation: true));
        using var image = new RgbImage();
        var files = Names.SelectMany(name =>
        {
            var whole = Golden.Bytes(name);
            return new[] { whole, whole, whole, whole[..(whole.Length * 2 / 3)] };
        }).ToArray();

        DecodeAll(2_000);
        var before = ResidentBytes();
        DecodeAll(10_000);
        var growth = ResidentBytes() - before;

        // The smallest leak there could be, one libvips object for each, is 20 MB.
        Assert.True(growth < 12 << 20, $"resident memory grew by {growth >> 10} KiB");

        void DecodeAll(int count)
        {
            for (var i = 0; i < count; i++)
            {
                try
                {
                    decoder.Decode(files[i % files.Length], image);
                }
                catch (RejectedImageException)
                {
                    // Every fourth is cut.
                }
            }
        }
    }

    [Theory]
    [InlineData("size-131x97.jpg", false)]
    [InlineData("size-131x97.jpg", true)]
    [InlineData("rgba.png", false)]
    [InlineData("lossy.webp", false)]
    [InlineData("rgb.bmp", false)]
    public void Decoding_and_resizing_another_image_allocates_nothing(string name, bool useTurboJpeg)
    {
        var file = Golden.Bytes(name);
        var result = new byte[3 * 224 * 224];
        using var decoder = new ImageDecoder(new DecodeSettings(), useTurboJpeg && LibTurboJpeg.IsInstalled);
        using var resizer = new PixelResizer(ResizeFilter.Bicubic, 224, 224);
        using var image = new RgbImage();
        Run(200);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(100);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 * 100);

        void Run(int count)
        {
            for (var i = 0; i < count; i++)
            {
                decoder.Decode(file, image);
                resizer.Resize(image, result);
            }
        }
    }

    [Fact]
    public void A_huge_image_s_memory_goes_back_when_small_ones_follow()
    {
        using var image = new RgbImage();
        image.Reset(8_000, 8_000);
        image.Pixels.Fill(1);
        var before = ResidentBytes();
        image.Reset(100, 100);
        Assert.True(before - ResidentBytes() > 150 << 20, "192 MB of pixels were kept");
    }

    private static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}

/// <summary>Tests that measure the process run after the others, one by one.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
