namespace Pomona.Job.Quality;

/// <summary>Components of mean 0 and variance 1 each, so that every one counts as much as the first.</summary>
internal static class StandardisedComponents
{
    /// <summary>Of images' components, row after row; one that does not vary becomes 0.</summary>
    public static float[] Of(ExaminedImages images)
    {
        var (rows, width) = (images.Components, images.Width);
        var standardised = new float[rows.Length];
        for (var k = 0; k < width; k++)
        {
            var (sum, squares) = (0.0, 0.0);
            for (var at = k; at < rows.Length; at += width)
                sum += rows[at];
            var mean = sum / images.Count;
            for (var at = k; at < rows.Length; at += width)
                squares += (rows[at] - mean) * (rows[at] - mean);
            var deviation = Math.Sqrt(squares / images.Count);
            // Rounding leaves a trace of variance in what is constant.
            if (deviation <= 1e-7 * Math.Max(1e-30, Math.Abs(mean)))
                continue;
            for (var at = k; at < rows.Length; at += width)
                standardised[at] = (float)((rows[at] - mean) / deviation);
        }

        return standardised;
    }
}
