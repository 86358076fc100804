using Pomona.Vision.Formats;

namespace Pomona.Vision.Decoding;

/// <summary>
/// At which part of its sides a WebP is decoded: libwebp scales brightness and colours as it decodes them, so that neither is
/// ever there whole. Its scaler takes any size; pictures are left as many times larger than what they are resized to as JPEGs
/// are (<see cref="JpegDraft.Spare"/>), and their features come as close to the full decode's.
/// </summary>
internal static class WebPScale
{
    // As a JPEG's least draft: what is only a little larger is decoded whole.
    private const double Most = 0.5;

    /// <summary>The scale: at most a half, or 1.</summary>
    /// <param name="header">The file's.</param>
    /// <param name="wanted">The size that it will be resized to, however it is turned.</param>
    public static double Of(in ImageHeader header, (int Width, int Height) wanted)
    {
        var scale = (double)JpegDraft.Spare * Math.Max(wanted.Width, wanted.Height) / Math.Max(1, Math.Min(header.Width, header.Height));
        return scale <= Most ? scale : 1;
    }
}
