using Pomona.Contracts;

namespace Pomona.Functions.Runs;

/// <summary>What the workflow's last state says.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Run">The run.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Fingerprint">Of the snapshot, or of the last measurement; null when there was neither.</param>
/// <param name="Summary">The job's summary when it finished.</param>
public sealed record CloseRunRequest(
    DatasetName Dataset, RunId Run, RunOutcome Outcome, string? Fingerprint = null, RunSummary? Summary = null);
