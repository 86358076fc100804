namespace Pomona.Job.Reporting.View;

/// <summary>A classifier's result in the table of separation.</summary>
internal sealed record ScoreRow(string Classifier, string Input, string Accuracy, string Bar, string Spread);
