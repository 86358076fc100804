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
    // How many are looked for first where a share of the variance is wanted; then twice as many, and so on.
    private const int FirstOfShare = 64;
    private const double EquallyLarge = 1 - 1e-6;

    /// <summary>Fits scaling and components.</summary>
    /// <param name="moments">Of one image or more.</param>
    /// <param name="components">How many are wanted, at least 0.</param>
    /// <param name="ct">Stops the search for eigenvectors.</param>
    /// <exception cref="ArgumentException">The moments are of no images.</exception>
    public static PcaModel Fit(Moments moments, int components, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(components);
        return Fit(moments, (correlation, most) => LargestEigenpairs.Find(correlation, Math.Min(components, most), ct));
    }

    /// <summary>
    /// Fits scaling and as many components as explain more than a share of the variance together, or all there are:
    /// scikit-learn's <c>PCA(n_components=share)</c>.
    /// </summary>
    /// <param name="moments">Of one image or more.</param>
    /// <param name="share">Above 0 and below 1.</param>
    /// <param name="ct">Stops the search for eigenvectors.</param>
    /// <exception cref="ArgumentException">The moments are of no images.</exception>
    public static PcaModel FitShare(Moments moments, double share, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(share, 1);
        return Fit(moments, (correlation, most) =>
        {
            var total = correlation.Trace;
            for (var wanted = Math.Min(FirstOfShare, most); ; wanted = Math.Min(2 * wanted, most))
            {
                var pairs = LargestEigenpairs.Find(correlation, wanted, ct);
                double sum = 0;
                for (var k = 0; k < pairs.Count; k++)
                {
                    sum += pairs[k].Value;
                    if (sum > share * total)
                        return [.. pairs.Take(k + 1)];
                }

                if (pairs.Count < wanted || wanted == most)
                    return pairs;
            }
        });
    }

    /// <summary>
    /// Keeps the scaling and the components of other images, and says how well they fit these: what each component explains of the
    /// variance, in their order, and what as many components of these images' own would (<see cref="PcaModel.OwnVarianceShare"/>,
    /// never less but for rounding).
    /// </summary>
    /// <param name="moments">Of one image or more.</param>
    /// <param name="basis">Whose scaling and components are kept.</param>
    /// <param name="most">How many components at most: the first of them.</param>
    /// <param name="ct">Stops the search for eigenvectors.</param>
    /// <exception cref="ArgumentException">The moments are of no images, or of other features.</exception>
    public static PcaModel Keep(Moments moments, PcaModel basis, int most, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(most);
        if (moments.Count == 0)
            throw new ArgumentException("there are no images to measure the components with.", nameof(moments));
        if (moments.Width != basis.Width)
            throw new ArgumentException($"moments of {moments.Width} numbers per row do not go with components of {basis.Width}.", nameof(basis));

        double[][] components = [.. basis.Components.Take(most)];
        var covariance = moments.CoMoments.Clone();
        covariance.ScaleRowsAndColumns([.. basis.Scale.Select(scale => 1 / (scale * Math.Sqrt(moments.Count)))]);
        var total = covariance.Trace;
        var kept = components.Select(covariance.QuadraticForm).ToArray();
        var own = LargestEigenpairs.Find(covariance, components.Length, ct).Sum(pair => pair.Value);
        var sample = moments.Count > 1 ? (double)moments.Count / (moments.Count - 1) : 0;
        return new PcaModel(
            basis.Count,
            basis.Mean,
            basis.Scale,
            components,
            [.. kept.Select(value => value * sample)],
            [.. kept.Select(value => total > 0 ? value / total : 0)],
            total * sample,
            OwnVarianceShare: total > 0 ? own / total : 0);
    }

    private static PcaModel Fit(
        Moments moments, Func<SymmetricMatrix, int, IReadOnlyList<(double Value, double[] Vector)>> findPairs)
    {
        var scaling = Standardisation.Of(moments);
        var count = moments.Count;

        var correlation = moments.CoMoments.Clone();
        var factors = new double[moments.Width];
        for (var i = 0; i < factors.Length; i++)
            factors[i] = scaling.IsConstant[i] ? 0 : 1 / (scaling.Scale[i] * Math.Sqrt(count));
        correlation.ScaleRowsAndColumns(factors);

        var varying = scaling.IsConstant.Count(constant => !constant);
        var pairs = findPairs(correlation, (int)Math.Min(varying, count - 1));

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
