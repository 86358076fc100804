using Pomona.Numerics.Classification;

namespace Pomona.Job.Quality;

/// <summary>Components of mean 0 and variance 1 each, so that every one counts as much as the first.</summary>
internal static class StandardisedComponents
{
    /// <summary>Of images' components, row after row; one that does not vary becomes 0.</summary>
    public static float[] Of(ExaminedImages images)
    {
        var (rows, width) = (images.Components, images.Width);
        var standardised = new float[rows.Length];
        if (rows.Length == 0)
            return standardised;
        var scaling = new TrainingScaling(rows, width);
        for (var at = 0; at < rows.Length; at += width)
            scaling.Apply(rows.AsSpan(at, width), standardised.AsSpan(at, width));
        return standardised;
    }
}
