namespace Pomona.Job.Quality;

/// <summary>How sure a finding is, 0 to 1: at the limit of what counts as wrong 0.5, and 1 where nothing could be further beyond it.</summary>
internal static class Sureness
{
    private const int Digits = 3;

    /// <summary>Of a value that is below its limit.</summary>
    public static double Below(double limit, double value) => Rounded(1 - (0.5 * Math.Max(0, value) / limit));

    /// <summary>Of a value that is above its limit.</summary>
    public static double Above(double limit, double value) => Rounded(1 - (0.5 * limit / value));

    /// <summary>To the digits that a finding has: those after them depend on how a run was cut into shards.</summary>
    public static double Rounded(double score) => Math.Round(Math.Clamp(score, 0, 1), Digits);
}
