namespace Pomona.Contracts;

/// <summary>The last finished run of a data set: <see cref="BucketLayout.LatestRun"/>, written when a run closes.</summary>
/// <param name="Run">The run.</param>
/// <param name="Fingerprint">Its snapshot's fingerprint: an upload event that finds the same one has nothing to run.</param>
/// <param name="FinishedAt">When it finished, UTC.</param>
/// <param name="Summary">What it did.</param>
public sealed record LatestRun(RunId Run, string Fingerprint, DateTimeOffset FinishedAt, RunSummary Summary);
