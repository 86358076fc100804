namespace Pomona.Numerics.Classification;

/// <summary>
/// exp and log by sums and products alone, whose rounding every processor shares; the C library's choose their way by the
/// processor, and may differ in the last bit. To about 1e-15.
/// </summary>
internal static class Exponential
{
    // ln 2 in two parts, the first with so few digits that its product with a whole number is exact.
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double Log2E = 1.44269504088896338700;
    private const int Terms = 14;
    private const int MantissaBits = 52;
    private const int Bias = 1023;

    /// <summary>eˣ of a number that is not positive; below what a normal number can hold, 0.</summary>
    public static double OfNegative(double x)
    {
        if (!(x > -708))
            return double.IsNaN(x) ? x : 0;
        var halvings = Math.Round(x * Log2E);
        var rest = (x - (halvings * Ln2High)) - (halvings * Ln2Low);
        var sum = 1.0;
        for (var n = Terms; n > 0; n--)
            sum = 1 + (rest / n * sum);
        return sum * BitConverter.Int64BitsToDouble(((long)halvings + Bias) << MantissaBits);
    }

    /// <summary>The natural logarithm of a normal positive number.</summary>
    public static double Log(double x)
    {
        var bits = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)(bits >> MantissaBits) - Bias;
        var mantissa = BitConverter.Int64BitsToDouble((bits & ((1L << MantissaBits) - 1)) | ((long)Bias << MantissaBits));
        if (mantissa > Math.Sqrt(2))
            (mantissa, exponent) = (mantissa / 2, exponent + 1);
        // log((1 + f) / (1 − f)) = 2 (f + f³/3 + f⁵/5 + …), and f is at most 0.1716.
        var f = (mantissa - 1) / (mantissa + 1);
        var square = f * f;
        var sum = 0.0;
        for (var n = 25; n > 0; n -= 2)
            sum = (sum * square) + (1.0 / n);
        return (2 * f * sum) + (exponent * Ln2Low) + (exponent * Ln2High);
    }
}
