namespace Pomona.Functions.Costs;

/// <summary>What a run cost.</summary>
/// <param name="Run">Its id; empty for what carries no run's tag (the functions, the bucket, the key).</param>
/// <param name="OnDemand">On-Demand instances.</param>
/// <param name="Spot">Spot instances.</param>
/// <param name="Other">What is neither: EMR's charge, disks, requests.</param>
internal sealed record RunCost(string Run, decimal OnDemand, decimal Spot, decimal Other)
{
    /// <summary>All of it.</summary>
    public decimal Total => OnDemand + Spot + Other;
}
