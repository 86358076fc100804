namespace Pomona.Functions.Costs;

/// <summary>What Cost Explorer's GetCostAndUsage answers, as far as the report uses it.</summary>
/// <param name="ResultsByTime">One entry per day.</param>
/// <param name="NextPageToken">There is more that the workflow did not fetch.</param>
public sealed record CostAnswer(IReadOnlyList<CostDay>? ResultsByTime = null, string? NextPageToken = null);
