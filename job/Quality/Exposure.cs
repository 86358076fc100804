using Pomona.Contracts;

namespace Pomona.Job.Quality;

/// <summary>
/// Images that are dark or bright all over, by the luma (ITU-R BT.601) of their small picture and with cleanvision's thresholds:
/// even the brightest parts are dark, or even the darkest are bright.
/// </summary>
internal static class Exposure
{
    /// <summary>Dark: the 99th percentile of luma is below this share of white.</summary>
    public const double Dark = 0.32;

    /// <summary>Bright: the 5th percentile of luma is above this share of white.</summary>
    public const double Bright = 0.95;

    private const double White = 255_000;

    /// <summary>The findings, in the order of the images.</summary>
    public static IEnumerable<Finding> Find(ExaminedImages images)
    {
        for (var image = 0; image < images.Count; image++)
        {
            var (dark, bright) = LumaOf(images.PictureOf(image));
            if (dark < Dark)
                yield return new Finding(FindingKind.Dark, images.Images[image], images.LabelOf(image), Sureness.Below(Dark, dark));
            if (bright > Bright)
                yield return new Finding(FindingKind.Bright, images.Images[image], images.LabelOf(image), Sureness.Below(1 - Bright, 1 - bright));
        }
    }

    /// <summary>The 99th and the 5th percentile of a picture's luma, 0 to 1.</summary>
    private static (double High, double Low) LumaOf(ReadOnlySpan<byte> picture)
    {
        Span<int> luma = stackalloc int[picture.Length / 3];
        for (var i = 0; i < luma.Length; i++)
            luma[i] = (299 * picture[3 * i]) + (587 * picture[(3 * i) + 1]) + (114 * picture[(3 * i) + 2]);
        luma.Sort();
        return (luma[99 * (luma.Length - 1) / 100] / White, luma[5 * (luma.Length - 1) / 100] / White);
    }
}
