namespace Pomona.Functions.Costs;

/// <summary>A day of a <see cref="CostAnswer"/>.</summary>
/// <param name="TimePeriod">The day.</param>
/// <param name="Groups">What it cost, by group.</param>
/// <param name="Estimated">Whether AWS may still correct it.</param>
public sealed record CostDay(CostDayPeriod? TimePeriod = null, IReadOnlyList<CostGroup>? Groups = null, bool Estimated = false);
