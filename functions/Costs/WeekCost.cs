namespace Pomona.Functions.Costs;

/// <summary>What a week cost.</summary>
/// <param name="Start">Its first day.</param>
/// <param name="Total">All of it.</param>
internal sealed record WeekCost(DateOnly Start, decimal Total);
