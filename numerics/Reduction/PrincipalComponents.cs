namespace Pomona.Numerics.Reduction;

/// <summary>
/// Principal component analysis of standardised features, from their moments alone: the eigenvectors of the correlation
/// matrix that belong to its largest eigenvalues. The numbers are those of scikit-learn's <c>StandardScaler</c> followed
/// by <c>PCA(svd_solver="full")</c>, but for the signs, which have a convention of their own.
/// </summary>
/// <remarks>
/// <para>How many components there are: the number asked for, but no more than the images less one, the features, or the
/// numerical rank of the correlation matrix (<see cref="LargestEigenpairs"/>). One image, or images that are all alike,
/// have none, and a total variance of 0.</para>
/// <para>Signs: a component's largest loading is positive. Loadings within one millionth of the largest count as equally
/// large, and the first of them decides, so that rounding never does.</para>
/// </remarks>
public static class PrincipalComponents
{
    private const double EquallyLarge = 1 - 1e-6;

    /// <summary>Fits scaling and components.</summary>
    /// <param name="moments">Of one image or more.</param>
    /// <param name="components">How many are wanted, at least 0.</param>
    /// <param name="ct">Stops the search for eigenvectors.</param>
    /// <exception cref="ArgumentException">The moments are of no images.</exception>
    public static PcaModel Fit(Moments moments, int components, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(components);
        var scaling = Standardisation.Of(moments);
        var count = moments.Count;

        var correlation = moments.CoMoments.Clone();
        var factors = new double[moments.Width];
        for (var i = 0; i < factors.Length; i++)
            factors[i] = scaling.IsConstant[i] ? 0 : 1 / (scaling.Scale[i] * Math.Sqrt(count));
        correlation.ScaleRowsAndColumns(factors);

        var varying = scaling.IsConstant.Count(constant => !constant);
        var wanted = (int)Math.Min(Math.Min(components, varying), count - 1);
        var pairs = LargestEigenpairs.Find(correlation, wanted, ct);

        // The correlation matrix has the population's variances; scikit-learn reports the sample's, n/(n−1) times those.
        var sample = count > 1 ? (double)count / (count - 1) : 0;
        return new PcaModel(
            count,
            scaling.Mean,
            scaling.Scale,
            [.. pairs.Select(pair => WithSign(pair.Vector))],
            [.. pairs.Select(pair => pair.Value * sample)],
            [.. pairs.Select(pair => pair.Value / varying)],
            varying * sample);
    }

    private static double[] WithSign(double[] loadings)
    {
        var largest = loadings.Max(Math.Abs);
        var decides = Array.Find(loadings, loading => Math.Abs(loading) >= largest * EquallyLarge);
        return decides < 0 ? [.. loadings.Select(loading => -loading)] : loadings;
    }
}
