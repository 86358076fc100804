using Pomona.Contracts;

namespace Pomona.Job.Quality;

/// <summary>Images that are far less sharp than others of their class, or show no structure at all.</summary>
internal static class Blur
{
    /// <summary>Images with less <see cref="Vision.Imaging.ImageCues.Sharpness"/> show nothing but a surface, whatever their class.</summary>
    public const double NoStructure = 1;

    /// <summary>How many times less sharp than its class's lower quartile an image is at least.</summary>
    public const double LeastFactor = 4;

    public static IEnumerable<Finding> Find(ExaminedImages images)
    {
        foreach (var ofClass in images.ByClass())
        {
            // Without structure there is no sharpness to compare with, nor a logarithm of it.
            var sharp = ofClass.Select(image => (double)images.Sharpness[image]).Where(static sharpness => sharpness >= NoStructure);
            var limit = Math.Max(NoStructure, FarOut.ByFactor(sharp, LeastFactor).Low);
            foreach (var image in ofClass)
            {
                if (images.Sharpness[image] < limit)
                    yield return new Finding(FindingKind.Blurred, images.Images[image], images.LabelOf(image), Sureness.Below(limit, images.Sharpness[image]));
            }
        }
    }
}
