namespace Pomona.Numerics.Classification;

/// <summary>A label that is probably wrong.</summary>
/// <param name="Row">Whose label.</param>
/// <param name="Suggested">The class that fits better: the most probable one.</param>
/// <param name="SelfConfidence">The probability of the given label, 0 to 1: the smaller, the surer that it is wrong.</param>
public readonly record struct DoubtfulLabel(int Row, int Suggested, double SelfConfidence);
