using Pomona.Contracts;

namespace Pomona.Functions.Planning;

/// <summary>
/// What the images of a run cost together, in small photos: one takes a vCPU <c>1 / ImagesPerVcpuSecond</c> seconds, and of
/// large ones so many bytes as are below cost as much again. Measured with libvips alone, as on the nodes: a small photo takes
/// 8 ms, a byte of a JPEG of 12 megapixels 38 ns (15 ns decoded at a scale), of a WebP 230 (a fifth of it scaled), of a HEIC 500, of an AVIF 2,200,
/// of a JPEG XL 710, of a PNG 8
/// (docs/performance.md).
/// </summary>
internal static class ImageWork
{
    private const double JpegExact = 200_000;
    private const double JpegScaled = 500_000;
    private const double WebPExact = 34_000;
    private const double WebPScaled = 170_000;
    private const double Heif = 16_000;
    private const double Avif = 3_600;
    private const double JpegXl = 11_000;
    private const double Other = 1_000_000;

    /// <summary>What an image costs that is taken over: its row is read, verified and written again (<c>./pomona bench growth</c>).</summary>
    private const double TakenOver = 0.03;

    /// <summary>Of all images of the plan that are not taken over, never less than there are; and a little for the others.</summary>
    /// <param name="plan">The images and what is large of them.</param>
    /// <param name="decode"><see cref="JobArguments.Exact"/> or <see cref="JobArguments.Scaled"/>, which JPEGs and WebPs are.</param>
    public static double SmallPhotosOf(RunPlan plan, string decode)
    {
        if (plan.Since is { } since)
        {
            var rest = plan with { Images = plan.NewImages, Bytes = since.NewBytes, Large = since.NewLarge ?? LargeImageBytes.None, Since = null };
            return SmallPhotosOf(rest, decode) + (TakenOver * since.Unchanged);
        }

        // An earlier version's plan does not tell: its bytes are taken for those of JPEGs, which most are.
        var large = plan.Large ?? new LargeImageBytes(Jpeg: Math.Max(0, plan.Bytes - (plan.Images * LargeImageBytes.SmallImage)));
        return plan.Images
            + (large.Jpeg / (decode == JobArguments.Scaled ? JpegScaled : JpegExact))
            + (large.WebP / (decode == JobArguments.Scaled ? WebPScaled : WebPExact))
            + (large.Heif / Heif)
            + (large.Avif / Avif)
            + (large.JpegXl / JpegXl)
            + (large.Other / Other);
    }
}
