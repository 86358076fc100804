using Pomona.Contracts;

namespace Pomona.Functions.Planning;

/// <summary>The snapshot, the cluster for it, and what it will cost.</summary>
/// <param name="Verdict"><see cref="Rent"/>, <see cref="OverBudget"/> or <see cref="Empty"/>.</param>
/// <param name="Reason">For people, when nothing is to be rented.</param>
/// <param name="Plan">The snapshot's head.</param>
/// <param name="Cluster">What to rent.</param>
/// <param name="Estimate">What it is expected to take and cost.</param>
public sealed record PlannedRun(
    string Verdict, string Reason, RunPlan Plan, PlannedCluster Cluster, RunEstimate Estimate)
{
    /// <summary>Rent the cluster.</summary>
    public const string Rent = "rent";

    /// <summary>The estimate is above the budget.</summary>
    public const string OverBudget = "overBudget";

    /// <summary>There is no image.</summary>
    public const string Empty = "empty";
}
