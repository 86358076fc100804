namespace Pomona.Functions.Costs;

/// <summary>When a day was.</summary>
/// <param name="Start">Its date, yyyy-MM-dd.</param>
/// <param name="End">The date after it.</param>
public sealed record CostDayPeriod(string? Start = null, string? End = null);
