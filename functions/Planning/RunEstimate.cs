namespace Pomona.Functions.Planning;

/// <summary>What a run is expected to take and cost.</summary>
/// <param name="JobSeconds">Seconds of the job.</param>
/// <param name="ClusterSeconds">Seconds that the cluster is paid for.</param>
/// <param name="Cost">Expected cost.</param>
/// <param name="CostAtMost">The same if Spot has nothing and the task nodes become On-Demand: what the budget is held against.</param>
/// <param name="Budget">The budget per run; 0 for no limit.</param>
/// <param name="Currency">ISO code of the three.</param>
/// <param name="PriceDate">The day the prices were read.</param>
public sealed record RunEstimate(
    long JobSeconds,
    long ClusterSeconds,
    decimal Cost,
    decimal CostAtMost,
    decimal Budget,
    string Currency,
    string PriceDate);
