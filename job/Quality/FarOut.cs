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

    private const int Distances = 3;

    /// <summary>The fences of positive values on a logarithmic scale.</summary>
    /// <param name="values">At least one.</param>
    /// <param name="leastFactor">A fence lies at least so many times beyond its quartile, however alike the values are.</param>
    public static FarOut ByFactor(IEnumerable<double> values, double leastFactor)
    {
        var (lower, upper) = Quartiles(values);
        var factor = Math.Max(leastFactor, upper / lower * (upper / lower) * (upper / lower));
        return new FarOut(lower / factor, upper * factor);
    }

    /// <summary>The fences of values that are not negative.</summary>
    /// <param name="values">At least one.</param>
    /// <param name="leastShare">A fence lies beyond its quartile by at least this share of it, however alike the values are.</param>
    public static FarOut ByDistance(IEnumerable<double> values, double leastShare)
    {
        var (lower, upper) = Quartiles(values);
        return new FarOut(
            lower - Math.Max(Distances * (upper - lower), leastShare * lower),
            upper + Math.Max(Distances * (upper - lower), leastShare * upper));
    }

    private static (double Lower, double Upper) Quartiles(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[sorted.Length / 4], sorted[3 * sorted.Length / 4]);
    }
}
