namespace Pomona.Numerics.Reduction;

/// <summary>
/// Of every feature the mean and what its distance from the mean is divided by: the population standard deviation, or 1
/// where the feature is constant. Equal to scikit-learn's <c>StandardScaler</c> (1.2.1), its rule for constants included.
/// </summary>
/// <param name="Mean">One number per feature.</param>
/// <param name="Scale">One positive number per feature.</param>
/// <param name="IsConstant">Whether the feature is the same for all rows, as far as float64 can tell.</param>
internal sealed record Standardisation(double[] Mean, double[] Scale, bool[] IsConstant)
{
    private const double Epsilon = 2.220446049250313e-16;

    /// <summary>The standardisation of the rows that <paramref name="moments"/> are of.</summary>
    /// <exception cref="ArgumentException">They are of no rows.</exception>
    public static Standardisation Of(Moments moments)
    {
        if (moments.Count == 0)
            throw new ArgumentException("there are no images to standardise the features of.", nameof(moments));

        var result = new Standardisation(
            [.. moments.Mean], new double[moments.Width], new bool[moments.Width]);
        var coMoments = moments.CoMoments;
        for (var i = 0; i < moments.Width; i++)
        {
            var variance = coMoments[i, i] / moments.Count;
            result.IsConstant[i] = IsIndistinguishableFromConstant(variance, result.Mean[i], moments.Count);
            result.Scale[i] = result.IsConstant[i] ? 1 : Math.Sqrt(variance);
        }

        return result;
    }

    // The error bound of the two-pass algorithm, as scikit-learn's _is_constant_feature has it: what variance could be
    // rounding alone (Chan, Golub, LeVeque 1983).
    private static bool IsIndistinguishableFromConstant(double variance, double mean, long count)
    {
        var rounding = count * mean * Epsilon;
        return variance <= (count * Epsilon * variance) + (rounding * rounding);
    }
}
