namespace Pomona.Job.Reporting.View;

/// <summary>A text beside a chart's axis.</summary>
/// <param name="At">Its coordinate along the axis.</param>
/// <param name="Text">What it says.</param>
/// <param name="TextAt">Where the text stands when another one is in its way.</param>
internal sealed record ChartLabel(string At, string Text, string TextAt);
