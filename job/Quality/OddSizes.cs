using Pomona.Contracts;

namespace Pomona.Job.Quality;

/// <summary>Images that are far smaller or larger than the run's others, or very long.</summary>
internal static class OddSizes
{
    /// <summary>Long: the short side is less than this share of the long one (cleanvision's threshold).</summary>
    public const double LeastRatio = 0.35;

    /// <summary>How many times less or more pixels than the nearer quartile an image has at least: half or double its sides.</summary>
    public const double LeastFactor = 4;

    /// <summary>The findings, in the order of the images.</summary>
    public static IEnumerable<Finding> Find(ExaminedImages images)
    {
        var usual = FarOut.ByFactor(images.Sizes.Select(Area), LeastFactor);
        for (var image = 0; image < images.Count; image++)
        {
            var size = images.Sizes[image];
            var (area, ratio) = (Area(size), (double)Math.Min(size.Width, size.Height) / Math.Max(size.Width, size.Height));
            var score = Math.Max(
                ratio < LeastRatio ? Sureness.Below(LeastRatio, ratio) : 0,
                area < usual.Low ? Sureness.Below(usual.Low, area) : area > usual.High ? Sureness.Above(usual.High, area) : 0);
            if (score > 0)
                yield return new Finding(FindingKind.Size, images.Images[image], images.LabelOf(image), score);
        }

        static double Area((int Width, int Height) size) => (double)size.Width * size.Height;
    }
}
