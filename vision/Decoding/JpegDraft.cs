using Pomona.Vision.Formats;
using Pomona.Vision.Imaging;

namespace Pomona.Vision.Decoding;

/// <summary>
/// At which part of its size a JPEG is decoded: libjpeg computes one pixel of 2 × 2, 4 × 4 or 8 × 8 from as many DCT
/// coefficients, which costs a fraction of all pixels and is a good box filter. The rule is that of Pillow's
/// <c>draft(mode, size)</c> (JpegImagePlugin.py) with <see cref="Spare"/> times the size that is wanted.
/// </summary>
internal static class JpegDraft
{
    /// <summary>
    /// How many times larger than what it is resized to a draft stays. Cosines of camera photos' features to the full decode's:
    /// 1 time at least 0.988, 2 times 0.9973, 3 times 0.9991.
    /// </summary>
    public const int Spare = 3;

    // Sides are raised to whole eights (JpegSegments.WithWholeSides), and libjpeg takes no longer ones.
    private const int MostSide = 65_496;

    /// <summary>How many pixels of the file, in each direction, become one: 1, 2, 4 or 8.</summary>
    /// <param name="header">The file's.</param>
    /// <param name="orientation">How the picture will be turned.</param>
    /// <param name="wanted">The size that it will be resized to, upright.</param>
    public static int Of(in ImageHeader header, int orientation, (int Width, int Height) wanted)
    {
        if (header.Format != ImageFormat.Jpeg || Math.Max(header.Width, header.Height) > MostSide)
            return 1;
        var (width, height) = ExifOrientation.IsTurned(orientation) ? (wanted.Height, wanted.Width) : wanted;
        return Math.Min(header.Width / (Spare * width), header.Height / (Spare * height)) switch
        {
            >= 8 => 8,
            >= 4 => 4,
            >= 2 => 2,
            _ => 1,
        };
    }

    /// <summary>A side of the draft: what is left over becomes a pixel too.</summary>
    public static int SideOf(int side, int draft) => (side + draft - 1) / draft;
}
