namespace Pomona.Job.Reporting.View;

/// <summary>A cell of the confusion matrix.</summary>
/// <param name="Count">Images.</param>
/// <param name="Style">nil, r1 to r4 on the diagonal, w1 to w4 off it: classes of report.css.</param>
/// <param name="Title">What the cell says in words; null where there is nothing to say.</param>
internal sealed record ConfusionCell(int Count, string Style, string? Title);
