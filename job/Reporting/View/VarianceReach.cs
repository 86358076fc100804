namespace Pomona.Job.Reporting.View;

/// <summary>How many components keep a share of the variance, or that all of them do not.</summary>
/// <param name="Share">The share, as text.</param>
/// <param name="Reached">Whether the run's components keep it.</param>
/// <param name="Text">The answer.</param>
internal sealed record VarianceReach(string Share, bool Reached, string Text)
{
    /// <summary>The answer for one share.</summary>
    /// <param name="ratios">Each component's share of the variance, 0 to 1; at least one.</param>
    /// <param name="share">What to keep, 0 to 1.</param>
    public static VarianceReach Of(IReadOnlyList<double> ratios, double share)
    {
        var sum = 0.0;
        var needed = 0;
        // A share that rounding alone keeps from being reached counts as reached.
        while (needed < ratios.Count && sum < share - 1e-12)
            sum += ratios[needed++];
        var reached = sum >= share - 1e-12;
        return new VarianceReach(
            $"{ShownNumbers.Count((long)Math.Round(100 * share))} %",
            reached,
            reached
                ? $"with the first {ShownNumbers.Count(needed, "component", "components")}"
                : $"not reached: {(ratios.Count == 1 ? "the component keeps" : $"all {ShownNumbers.Count(ratios.Count)} keep")} "
                    + ShownNumbers.Percent(sum));
    }
}
