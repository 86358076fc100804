namespace Pomona.Vision.Models;

/// <summary>What <c>pomona model</c> shows.</summary>
/// <param name="Candidates">In the order in which they are tried.</param>
/// <param name="Chosen">The one that a run would use, one of <paramref name="Candidates"/>; null when there is none.</param>
/// <param name="Why">One sentence: why that one, or why none.</param>
public sealed record ModelSurvey(IReadOnlyList<ModelCandidate> Candidates, ModelCandidate? Chosen, string Why);
