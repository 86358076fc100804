using Pomona.Vision.Decoding;
using Pomona.Vision.Imaging;

namespace Pomona.Vision.Tests.Imaging;

/// <summary>What becomes of one file.</summary>
internal static class Decoded
{
    public static byte[] PixelsOf(ReadOnlySpan<byte> file, bool useTurboJpeg = false)
    {
        using var decoder = new ImageDecoder(new DecodeSettings(HonourOrientation: false), useTurboJpeg);
        using var image = new RgbImage();
        decoder.Decode(file, image);
        return image.Pixels.ToArray();
    }

    /// <summary>Why the file is rejected; fails when it is not.</summary>
    public static string ReasonOf(ReadOnlySpan<byte> file, bool useTurboJpeg = false, DecodeSettings? settings = null)
    {
        using var decoder = new ImageDecoder(settings ?? new DecodeSettings(HonourOrientation: false), useTurboJpeg);
        using var image = new RgbImage();
        try
        {
            decoder.Decode(file, image);
        }
        catch (RejectedImageException rejected)
        {
            return rejected.Message;
        }

        throw new Xunit.Sdk.XunitException("the file was decoded, and should have been rejected");
    }
}
