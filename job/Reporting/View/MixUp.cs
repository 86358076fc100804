namespace Pomona.Job.Reporting.View;

/// <summary>How many images of one class were taken for another.</summary>
internal sealed record MixUp(string Count, string Actual, string Taken);
