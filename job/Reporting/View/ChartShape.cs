namespace Pomona.Job.Reporting.View;

/// <summary>A bar or a dot of a chart, in SVG coordinates; a dot has no size of its own.</summary>
internal sealed record ChartShape(string X, string Y, string Width, string Height, string Title);
