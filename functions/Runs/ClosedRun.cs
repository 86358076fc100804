using System.Text.Json.Serialization;
using Pomona.Contracts;
using Pomona.Functions.Clusters;

namespace Pomona.Functions.Runs;

/// <summary>What the workflow's last state says.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Run">The run.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Fingerprint">Of the snapshot, or of the last measurement; null when there was neither.</param>
/// <param name="Summary">The job's summary when it finished.</param>
/// <param name="Kept">Whether, and until when, its cluster stays; null for not.</param>
public sealed record CloseRunRequest(
    DatasetName Dataset, RunId Run, RunOutcome Outcome, string? Fingerprint = null, RunSummary? Summary = null, KeptCluster? Kept = null);

/// <summary>How a run ended; as JSON its name, in any case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunOutcome>))]
public enum RunOutcome
{
    /// <summary>The job wrote its marker.</summary>
    Finished,

    /// <summary>The last finished run had the same images: nothing was rented.</summary>
    Unchanged,

    /// <summary>The estimate was above the budget: nothing was rented.</summary>
    OverBudget,

    /// <summary>The data set has no image: nothing was rented.</summary>
    Empty,

    /// <summary>Anything else.</summary>
    Failed,
}

/// <summary>What became of the data set after the run.</summary>
/// <param name="Released">Whether this call freed the run's lock.</param>
/// <param name="Changed">Whether the data set differs from what the run saw.</param>
/// <param name="NextRun">The run that has the data set now, or null.</param>
/// <param name="NextExecutionArn">Its execution, or null.</param>
public sealed record ClosedRun(bool Released, bool Changed, RunId? NextRun, string? NextExecutionArn);
