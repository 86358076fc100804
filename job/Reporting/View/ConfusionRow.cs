namespace Pomona.Job.Reporting.View;

/// <summary>A class of the confusion matrix and what its images were taken for.</summary>
internal sealed record ConfusionRow(string Name, IReadOnlyList<ConfusionCell> Cells);
