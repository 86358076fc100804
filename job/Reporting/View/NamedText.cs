namespace Pomona.Job.Reporting.View;

/// <summary>A name and what is said of it.</summary>
internal sealed record NamedText(string Name, string Value, string? Note = null);
