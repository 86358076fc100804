using System.Text.Json;
using Pomona.Contracts;

namespace Pomona.Functions.Runs;

/// <summary>What the workflow's first state says.</summary>
/// <param name="Input">The execution's whole input, not yet trusted.</param>
/// <param name="ExecutionName">The execution's name.</param>
/// <param name="ExecutionArn">The execution's ARN.</param>
/// <param name="StartedAt">When the execution started.</param>
public sealed record OpenRunRequest(
    JsonElement Input, string ExecutionName, string ExecutionArn, DateTimeOffset StartedAt);

/// <summary>What the execution is to do.</summary>
/// <param name="Verdict"><see cref="Go"/>, <see cref="Busy"/> or <see cref="Superseded"/>.</param>
/// <param name="Reason">For people, when the verdict is not to go.</param>
/// <param name="Dataset">The data set.</param>
/// <param name="Run">The run.</param>
/// <param name="ExecutionName">The execution's name.</param>
/// <param name="ExecutionArn">The execution's ARN.</param>
/// <param name="Manual">Started by hand.</param>
/// <param name="Now">Do not wait for the upload to settle.</param>
/// <param name="Components">How many components to keep, or of which share of the variance.</param>
/// <param name="ExifRotation">Whether images are turned upright: <see cref="JobArguments.On"/> or <see cref="JobArguments.Off"/>.</param>
/// <param name="Decode">How much of a large JPEG is decoded: <see cref="JobArguments.Exact"/> or <see cref="JobArguments.Scaled"/>.</param>
/// <param name="Cluster">The input's overrides, or null.</param>
/// <param name="InputUri">The data set's root.</param>
/// <param name="OutputUri">The run's folder.</param>
/// <param name="Engine">One of <see cref="RunEngine"/>: what is asked for, of which PlanRun makes a decision.</param>
/// <param name="TestSplit">The first folder whose images are for testing alone, for PlanRun; null for none, or what the folders' names say.</param>
/// <param name="Basis">The run whose scaler and components are kept; null for a fit.</param>
/// <param name="Fresh">Take nothing over from an earlier run.</param>
public sealed record OpenedRun(
    string Verdict,
    string Reason,
    DatasetName Dataset,
    RunId Run,
    string ExecutionName,
    string ExecutionArn,
    bool Manual,
    bool Now,
    ComponentCount Components,
    string ExifRotation,
    string Decode,
    ClusterOverrides? Cluster,
    string InputUri,
    string OutputUri,
    string Engine = RunEngine.Cluster,
    string? TestSplit = null,
    RunId? Basis = null,
    bool Fresh = false)
{
    /// <summary>The lock is this execution's.</summary>
    public const string Go = "go";

    /// <summary>Another execution runs the data set.</summary>
    public const string Busy = "busy";

    /// <summary>The lock has become another run's.</summary>
    public const string Superseded = "superseded";
}
