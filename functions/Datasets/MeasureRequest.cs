using Pomona.Contracts;

namespace Pomona.Functions.Datasets;

/// <summary>What the workflow says to MeasureDataset.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Run">The run, for the log.</param>
/// <param name="Previous">The measurement before, or null.</param>
public sealed record MeasureRequest(DatasetName Dataset, RunId? Run = null, DatasetMeasurement? Previous = null);
