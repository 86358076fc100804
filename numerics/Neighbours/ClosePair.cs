namespace Pomona.Numerics.Neighbours;

/// <summary>Two rows that are near each other.</summary>
/// <param name="First">The one that comes first.</param>
/// <param name="Second">The other.</param>
/// <param name="Distance">How far apart they are, in the unit of the search that found them.</param>
public readonly record struct ClosePair(int First, int Second, double Distance);
