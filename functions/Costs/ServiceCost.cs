namespace Pomona.Functions.Costs;

/// <summary>What a service cost.</summary>
/// <param name="Service">Its name as in Cost Explorer.</param>
/// <param name="Total">All of it.</param>
internal sealed record ServiceCost(string Service, decimal Total);
