namespace Pomona.Job.Quality;

/// <summary>
/// Tukey's outer fences ("Exploratory Data Analysis", 1977): three times the quartiles' distance beyond them, a value is far out.
/// Quartiles are values of the sample, and products stand for sums of logarithms, so that every processor finds the same.
/// </summary>
/// <param name="Low">What is less is far out.</param>
/// <param name="High">What is more is far out.</param>
internal readonly record struct FarOut(double Low, double High)
{
    /// <summary>Of fewer values the quartiles say too little.</summary>
    public const int LeastValues = 20;

    /// <summary>The fences of positive values on a logarithmic scale, where what is many times more is as far as what is as many times less.</summary>
    /// <param name="values">Where there are fewer than <see cref="LeastValues"/>, nothing is far out.</param>
    /// <param name="leastFactor">A fence lies at least so many times beyond its quartile, however alike the values are.</param>
    public static FarOut ByFactor(IEnumerable<double> values, double leastFactor)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length < LeastValues)
            return new FarOut(0, double.PositiveInfinity);
        var (lower, upper) = (sorted[sorted.Length / 4], sorted[3 * sorted.Length / 4]);
        var factor = Math.Max(leastFactor, upper / lower * (upper / lower) * (upper / lower));
        return new FarOut(lower / factor, upper * factor);
    }
}
