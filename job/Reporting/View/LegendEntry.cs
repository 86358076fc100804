namespace Pomona.Job.Reporting.View;

/// <summary>A class in the map's legend, with its images in the sample.</summary>
internal sealed record LegendEntry(ClassMark Mark, string Name, string Count);
