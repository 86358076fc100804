namespace Pomona.Job.Reporting.View;

/// <summary>A row with a number of images and a bar of its length.</summary>
internal sealed record NamedBar(string Name, string Images, string Bar);
