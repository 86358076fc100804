using Pomona.Contracts;

namespace Pomona.Functions.Datasets;

/// <summary>What the workflow says to MeasureDataset.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Run">The run, for the log.</param>
/// <param name="Previous">The measurement before, or null.</param>
public sealed record MeasureRequest(DatasetName Dataset, RunId? Run = null, DatasetMeasurement? Previous = null);

/// <summary>A data set as listed once.</summary>
/// <param name="Images">How many images.</param>
/// <param name="Bytes">Their size together.</param>
/// <param name="SkippedFiles">Objects that are no images by name.</param>
/// <param name="NewestChange">When the newest image was written, UTC; null without images.</param>
/// <param name="Fingerprint">Of the images, as in <see cref="Contracts.RunPlan"/>.</param>
/// <param name="Settled">Whether the measurement before had the same fingerprint.</param>
/// <param name="SameAsLatestRun">Whether the last finished run had the same fingerprint.</param>
/// <param name="MeasuredAt">When it was listed, UTC.</param>
public sealed record DatasetMeasurement(
    long Images,
    long Bytes,
    long SkippedFiles,
    DateTimeOffset? NewestChange,
    string Fingerprint,
    bool Settled,
    bool SameAsLatestRun,
    DateTimeOffset MeasuredAt);
