using Pomona.Vision.Decoding;
using Pomona.Vision.Imaging;
using Pomona.Vision.Tests.Imaging;

namespace Pomona.Vision.Tests.Decoding;

public sealed class DecoderConcurrencyTests
{
    [Fact]
    public void Threads_do_not_mix_pixels_or_reasons()
    {
        var files = new List<byte[]>();
        foreach (var name in new[] { "baseline-420.jpg", "progressive-444.jpg", "rgb.png", "lossy.webp", "still.gif", "lzw.tif" })
        {
            var whole = Golden.Bytes(name);
            var broken = whole.ToArray();
            broken[whole.Length / 2] ^= 0x55;
            files.AddRange([whole, whole[..(whole.Length / 2)], broken]);
        }

        var expected = files.ConvertAll(Outcome);
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, thread =>
        {
            for (var round = 0; round < 20; round++)
            {
                for (var i = 0; i < files.Count; i++)
                {
                    var which = (i + thread) % files.Count;
                    Assert.Equal(expected[which], Outcome(files[which]));
                }
            }
        });
    }

    /// <summary>libvips keeps one text of what is wrong, for all threads: who has met damage once must not take others'.</summary>
    [Fact]
    public void Damage_is_seen_beside_threads_that_have_met_some()
    {
        var whole = Golden.Bytes("rgb.tif");
        var cut = whole[..(whole.Length * 98 / 100)];
        var reason = Outcome(cut);
        Assert.StartsWith("truncated TIFF", reason, StringComparison.Ordinal);
        using var done = new CancellationTokenSource();

        Parallel.Invoke(
            new ParallelOptions { MaxDegreeOfParallelism = 3 },
            () => DecodeOn(cut, whole, done.Token),
            () => DecodeOn(cut, whole, done.Token),
            () =>
            {
                try
                {
                    for (var round = 0; round < 1_000; round++)
                        Assert.Equal(reason, Outcome(cut));
                }
                finally
                {
                    done.Cancel();
                }
            });
    }

    private static void DecodeOn(byte[] damaged, byte[] whole, CancellationToken done)
    {
        using var decoder = new ImageDecoder(new DecodeSettings(), useTurboJpeg: false);
        using var image = new RgbImage();
        Assert.Throws<RejectedImageException>(() => decoder.Decode(damaged, image));
        while (!done.IsCancellationRequested)
            decoder.Decode(whole, image);
    }

    private static string Outcome(byte[] file)
    {
        using var decoder = new ImageDecoder(new DecodeSettings(), useTurboJpeg: false);
        using var image = new RgbImage();
        try
        {
            decoder.Decode(file, image);
            return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(image.Pixels));
        }
        catch (RejectedImageException rejected)
        {
            return rejected.Message;
        }
    }
}
