namespace Pomona.Contracts;

/// <summary>What PlanRun decides about a run, as the workflow and people's commands read it (docs/workflow-contract.md).</summary>
public static class PlanVerdict
{
    /// <summary>Rent the cluster.</summary>
    public const string Rent = "rent";

    /// <summary>Hand the shards to functions.</summary>
    public const string Invoke = "invoke";

    /// <summary>The estimate is above the budget.</summary>
    public const string OverBudget = "overBudget";

    /// <summary>There is no image.</summary>
    public const string Empty = "empty";

    /// <summary>An earlier run of the same images and settings has the very results.</summary>
    public const string Unchanged = "unchanged";

    /// <summary>Only of a dry run: it would begin, were there what its nodes install or its functions load.</summary>
    public const string NotReady = "notReady";

    /// <summary>Whether a run begins.</summary>
    public static bool IsToBegin(string? verdict) => verdict is Rent or Invoke;
}
