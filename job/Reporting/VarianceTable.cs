namespace Pomona.Job.Reporting;

/// <summary>How many components keep a share of the variance, or that all of them do not.</summary>
/// <param name="Share">The share, or the shares that are not reached, as text.</param>
/// <param name="Text">The answer.</param>
internal sealed record VarianceReach(string Share, string Text)
{
    // A share that rounding alone keeps from being reached counts as reached.
    private const double Rounding = 1e-12;

    /// <summary>The answers for the shares that are reached.</summary>
    /// <param name="ratios">Each component's share of the variance, 0 to 1.</param>
    /// <param name="shares">What to keep, 0 to 1.</param>
    public static IReadOnlyList<VarianceReach> Reached(IReadOnlyList<double> ratios, IReadOnlyList<double> shares)
        => [.. shares
            .Select(share => (Share: share, Needed: Needed(ratios, share)))
            .Where(reach => reach.Needed is not null)
            .Select(reach => new VarianceReach(
                Percent(reach.Share), reach.Needed == 1 ? "with the first component" : $"with the first {ShownNumbers.Count(reach.Needed!.Value)} components"))];

    /// <summary>One answer for all shares that are not reached; null when there are none, or no components.</summary>
    /// <param name="ratios">Each component's share of the variance, 0 to 1.</param>
    /// <param name="shares">What to keep, 0 to 1.</param>
    public static VarianceReach? Unreached(IReadOnlyList<double> ratios, IReadOnlyList<double> shares)
    {
        var missed = shares.Where(share => Needed(ratios, share) is null).Select(Percent).ToArray();
        return missed.Length == 0 || ratios.Count == 0
            ? null
            : new VarianceReach(
                string.Join(", ", missed),
                $"not reached: {(ratios.Count == 1 ? "the one component keeps" : $"all {ShownNumbers.Count(ratios.Count)} keep")} "
                    + ShownNumbers.Percent(ratios.Sum()));
    }

    private static int? Needed(IReadOnlyList<double> ratios, double share)
    {
        var sum = 0.0;
        for (var k = 0; k < ratios.Count; k++)
        {
            sum += ratios[k];
            if (sum >= share - Rounding)
                return k + 1;
        }

        return null;
    }

    private static string Percent(double share) => $"{ShownNumbers.Count((long)Math.Round(100 * share))}\u00A0%";
}

/// <summary>A component in the table of explained variance.</summary>
internal sealed record VarianceRow(string Number, string Share, string Cumulative)
{
    public static IReadOnlyList<VarianceRow> Of(IReadOnlyList<double> ratios)
    {
        var sum = 0.0;
        return [.. ratios.Select((ratio, k) => new VarianceRow(
            ShownNumbers.Count(k + 1), ShownNumbers.Percent(ratio), ShownNumbers.Percent(sum += ratio)))];
    }
}
