using System.Text.Json;
using System.Text.Json.Nodes;
using Pomona.Contracts;

namespace Pomona.Functions.Planning;

/// <summary>What the workflow says to PlanRun.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Run">The run.</param>
/// <param name="Components">How many components to keep, or of which share of the variance; null of a dry run that does not say.</param>
/// <param name="Cluster">The input's overrides, or null.</param>
/// <param name="ExecutionArn">The execution that asks, for the cluster's tag.</param>
/// <param name="Decode">How much of a large JPEG is decoded: <see cref="JobArguments.Exact"/> or <see cref="JobArguments.Scaled"/>.</param>
/// <param name="DryRun">Only to say what a run would rent and cost: nothing is written. It needs <paramref name="Input"/> and nothing else.</param>
/// <param name="Input">Of a dry run: an execution's whole input, not yet trusted.</param>
/// <param name="Engine">What is asked for: one of <see cref="RunEngine"/>; null for the stack's default.</param>
/// <param name="TestSplit">The first folder whose images are for testing alone; null for none, or what the folders' names say.</param>
/// <param name="ExifRotation">Whether images are turned upright: <see cref="JobArguments.On"/> or <see cref="JobArguments.Off"/>; null where it is not said.</param>
/// <param name="Basis">The run whose scaler and components are kept; null for a fit.</param>
/// <param name="Fresh">Take nothing over from an earlier run.</param>
/// <param name="Measured">The fingerprint of the images as they were measured last; null where they were not.</param>
public sealed record PlanRunRequest(
    DatasetName Dataset,
    RunId Run,
    ComponentCount? Components,
    ClusterOverrides? Cluster = null,
    string? ExecutionArn = null,
    string Decode = JobArguments.Exact,
    bool DryRun = false,
    JsonElement? Input = null,
    string? Engine = null,
    string? TestSplit = null,
    string? ExifRotation = null,
    RunId? Basis = null,
    bool Fresh = false,
    string? Measured = null);

/// <summary>The snapshot, the engine for it, and what it will cost.</summary>
/// <param name="Verdict"><see cref="PlanVerdict.Rent"/>, <see cref="PlanVerdict.Invoke"/>, <see cref="PlanVerdict.OverBudget"/>, <see cref="PlanVerdict.Empty"/>, <see cref="PlanVerdict.Unchanged"/> or <see cref="PlanVerdict.NotReady"/>.</param>
/// <param name="Reason">For people, when nothing is to begin.</param>
/// <param name="Plan">The snapshot's head.</param>
/// <param name="Cluster">What to rent; null for functions.</param>
/// <param name="Estimate">What it is expected to take and cost.</param>
/// <param name="Artifacts">What its nodes install, or its functions load; null when nothing is to begin.</param>
/// <param name="Engine">What was decided: <see cref="RunEngine.Cluster"/> or <see cref="RunEngine.Functions"/>.</param>
/// <param name="Choice">Why; null only in what an earlier version planned.</param>
/// <param name="Functions">How shards are handed to functions; null for a cluster.</param>
/// <param name="TakeOver">What is taken over from an earlier run, or why nothing is, as a sentence; null where there is no earlier run, or it was not to be.</param>
public sealed record PlannedRun(
    string Verdict,
    string Reason,
    RunPlan Plan,
    PlannedCluster? Cluster,
    RunEstimate Estimate,
    PinnedArtifacts? Artifacts = null,
    string Engine = RunEngine.Cluster,
    EngineChoice? Choice = null,
    PlannedFunctions? Functions = null,
    string? TakeOver = null)
{
    internal bool IsToBegin => PlanVerdict.IsToBegin(Verdict);
}

/// <summary>How a run's shards are handed to functions.</summary>
/// <param name="ShardsPerBatch">Shards of one call while images are extracted.</param>
/// <param name="AtOnce">Calls at once, for the workflow's map.</param>
/// <param name="MemoryMb">Memory of a function, in MB.</param>
public sealed record PlannedFunctions(int ShardsPerBatch, int AtOnce, int MemoryMb);

/// <summary>The parts of RunJobFlow that depend on the run.</summary>
/// <param name="ReleaseLabel">EMR's release.</param>
/// <param name="Applications">RunJobFlow's Applications.</param>
/// <param name="Instances">RunJobFlow's Instances.</param>
/// <param name="IdleSeconds">For the AutoTerminationPolicy.</param>
/// <param name="MaxSeconds">After which the workflow and the reaper end the cluster, whatever it does.</param>
/// <param name="PrimaryVcpus">vCPU of the primary node.</param>
/// <param name="CoreVcpus">vCPU of the core nodes.</param>
/// <param name="TaskVcpus">vCPU of the task nodes.</param>
/// <param name="Spot">Whether the task nodes are Spot.</param>
/// <param name="Notebooks">Whether JupyterHub and Livy are installed.</param>
/// <param name="TypesLeftOut">Instance types that the region or the release does not offer.</param>
/// <param name="TypesTooLarge">Instance types whose nodes are larger than this run's task nodes together, or may be by MaxVcpus.</param>
/// <param name="LimitedBy">The stack's parameter that <paramref name="MaxSeconds"/> comes from: <see cref="ByAge"/> or <see cref="ByBudget"/>.</param>
/// <param name="KeepMinutes">How long it stays after a run that finished, to explore on; no longer than <paramref name="MaxSeconds"/> leaves.</param>
/// <param name="Tags">RunJobFlow's Tags: ours, and the stack's extra ones.</param>
public sealed record PlannedCluster(
    string ReleaseLabel,
    JsonArray Applications,
    JsonObject Instances,
    int IdleSeconds,
    int MaxSeconds,
    int PrimaryVcpus,
    int CoreVcpus,
    int TaskVcpus,
    bool Spot,
    bool Notebooks,
    IReadOnlyList<string>? TypesLeftOut = null,
    IReadOnlyList<string>? TypesTooLarge = null,
    string LimitedBy = PlannedCluster.ByAge,
    int KeepMinutes = 0,
    JsonArray? Tags = null)
{
    /// <summary>The least time that a job is given: more than RunJob's heartbeat, statemachine/pipeline.asl.json.</summary>
    internal const int LeastSeconds = 16 * 60;

    /// <summary>How long after its time a cluster may still be there: the reaper's schedule, serverless.template.</summary>
    internal const int ReaperSeconds = 15 * 60;

    /// <summary>The cluster may get as old as any of the stack.</summary>
    public const string ByAge = "MaxClusterHours";

    /// <summary>The budget lasts for a shorter time.</summary>
    public const string ByBudget = "BudgetPerRun";
}

/// <summary>What a run is expected to take and cost.</summary>
/// <param name="JobSeconds">Seconds of the job.</param>
/// <param name="ClusterSeconds">Seconds that the cluster is paid for, 0 without one, but for those of <paramref name="KeepSeconds"/>.</param>
/// <param name="Cost">Expected cost, with what the cluster costs that stays.</param>
/// <param name="CostAtMost">
/// The same if Spot has nothing and the task nodes become On-Demand, all nodes are of the dearest type, and the task fleet gets as
/// far beyond its target as it can; of functions, if every batch is tried as often as it may be: what the budget is held against.
/// </param>
/// <param name="Budget">The budget per run; 0 for no limit.</param>
/// <param name="Currency">ISO code of the three.</param>
/// <param name="PriceDate">The day the prices were read.</param>
/// <param name="Hourly">What an hour of the cluster is expected to cost; 0 when not known.</param>
/// <param name="HourlyAtMost">What it may cost, as <paramref name="CostAtMost"/>.</param>
/// <param name="Unpriced">Families of instance types without a known price, which are reckoned as m5; only where there is no budget.</param>
/// <param name="KeepSeconds">Seconds that it stays and is paid for after the run: with the reaper's quarter of an hour.</param>
/// <param name="KeepCost">What they cost.</param>
public sealed record RunEstimate(
    long JobSeconds,
    long ClusterSeconds,
    decimal Cost,
    decimal CostAtMost,
    decimal Budget,
    string Currency,
    string PriceDate,
    decimal Hourly = 0,
    decimal HourlyAtMost = 0,
    IReadOnlyList<string>? Unpriced = null,
    long KeepSeconds = 0,
    decimal KeepCost = 0)
{
    /// <summary>Seconds from the decision to the run's end.</summary>
    internal long EndsAfter => Math.Max(JobSeconds, ClusterSeconds);
}
