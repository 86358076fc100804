namespace Pomona.Job.Reporting.View;

/// <summary>A component in the table of explained variance.</summary>
internal sealed record VarianceRow(string Number, string Share, string Cumulative)
{
    /// <summary>The rows of all components.</summary>
    public static IReadOnlyList<VarianceRow> Of(IReadOnlyList<double> ratios)
    {
        var sum = 0.0;
        return [.. ratios.Select((ratio, k) => new VarianceRow(
            ShownNumbers.Count(k + 1), ShownNumbers.Percent(ratio), ShownNumbers.Percent(sum += ratio)))];
    }
}
