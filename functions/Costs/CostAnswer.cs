namespace Pomona.Functions.Costs;

/// <summary>What Cost Explorer's GetCostAndUsage answers, as far as the report uses it.</summary>
/// <param name="ResultsByTime">One entry per day.</param>
/// <param name="NextPageToken">There is more that the workflow did not fetch.</param>
public sealed record CostAnswer(IReadOnlyList<CostDay>? ResultsByTime = null, string? NextPageToken = null);

/// <summary>A day of a <see cref="CostAnswer"/>.</summary>
/// <param name="TimePeriod">The day.</param>
/// <param name="Groups">What it cost, by group.</param>
/// <param name="Estimated">Whether AWS may still correct it.</param>
public sealed record CostDay(CostDayPeriod? TimePeriod = null, IReadOnlyList<CostGroup>? Groups = null, bool Estimated = false);

/// <summary>When a day was.</summary>
/// <param name="Start">Its date, yyyy-MM-dd.</param>
/// <param name="End">The date after it.</param>
public sealed record CostDayPeriod(string? Start = null, string? End = null);

/// <summary>A group of a <see cref="CostDay"/>.</summary>
/// <param name="Keys">What it is grouped by: a service, or a tag as <c>key$value</c> and a purchase type.</param>
/// <param name="Metrics">By the metric's name.</param>
public sealed record CostGroup(IReadOnlyList<string>? Keys = null, IReadOnlyDictionary<string, CostAmount>? Metrics = null);

/// <summary>An amount of a <see cref="CostGroup"/>.</summary>
/// <param name="Amount">A decimal number with a point.</param>
/// <param name="Unit">The currency.</param>
public sealed record CostAmount(string? Amount = null, string? Unit = null);
