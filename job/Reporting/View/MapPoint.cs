namespace Pomona.Job.Reporting.View;

/// <summary>An image on the map as it is without JavaScript: component 1 across, component 2 up.</summary>
internal sealed record MapPoint(ClassMark Mark, string X, string Y);
