namespace Pomona.Local.Runs;

/// <summary>A cluster's step as the page shows it.</summary>
internal sealed record StepView(string Id, string Name, string State, DateTimeOffset? Started, DateTimeOffset? Ended);
