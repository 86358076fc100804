namespace Pomona.Functions.Costs;

/// <summary>A group of a <see cref="CostDay"/>.</summary>
/// <param name="Keys">What it is grouped by: a service, or a tag as <c>key$value</c> and a purchase type.</param>
/// <param name="Metrics">By the metric's name.</param>
public sealed record CostGroup(IReadOnlyList<string>? Keys = null, IReadOnlyDictionary<string, CostAmount>? Metrics = null);
