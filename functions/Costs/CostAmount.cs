namespace Pomona.Functions.Costs;

/// <summary>An amount of a <see cref="CostGroup"/>.</summary>
/// <param name="Amount">A decimal number with a point.</param>
/// <param name="Unit">The currency.</param>
public sealed record CostAmount(string? Amount = null, string? Unit = null);
