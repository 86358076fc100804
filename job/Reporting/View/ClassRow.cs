namespace Pomona.Job.Reporting.View;

/// <summary>A class in the table of classes.</summary>
internal sealed record ClassRow(string Name, ClassMark? Mark, string Images, string Bar, string Rejected);
