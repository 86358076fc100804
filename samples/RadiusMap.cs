using System.Numerics;
using Pomona.Samples.Fruits;

namespace Pomona.Samples;

/// <summary>
/// A fruit's radius, worked out once for a grid of directions and interpolated in between: a ray asks for it dozens of
/// times. The sphere is unfolded to a square as an octahedron (Meyer et al., "On floating-point normal vectors",
/// EGSR 2010).
/// </summary>
internal sealed class RadiusMap
{
    private const int Cells = 96;
    private const int Row = Cells + 1;
    private readonly float[] _radii = new float[Row * Row];

    public RadiusMap(Fruit fruit)
    {
        for (var row = 0; row < Row; row++)
        {
            for (var column = 0; column < Row; column++)
                _radii[(row * Row) + column] = fruit.Radius(Fold(column, row));
        }
    }

    /// <summary>Every measured point of the surface.</summary>
    public IEnumerable<Vector3> Points()
    {
        for (var row = 0; row < Row; row++)
        {
            for (var column = 0; column < Row; column++)
                yield return _radii[(row * Row) + column] * Fold(column, row);
        }
    }

    /// <summary>The radius there, within what the grid resolves.</summary>
    /// <param name="direction">Of any length but 0.</param>
    public float At(Vector3 direction)
    {
        var size = Vector3.Abs(direction);
        var scale = 1 / (size.X + size.Y + size.Z);
        var u = direction.X * scale;
        var v = direction.Z * scale;
        if (direction.Y < 0)
            (u, v) = (MathF.CopySign(1 - MathF.Abs(v), u), MathF.CopySign(1 - MathF.Abs(u), v));

        var x = Math.Clamp((u + 1) * (Cells / 2f), 0, Cells - 0.001f);
        var y = Math.Clamp((v + 1) * (Cells / 2f), 0, Cells - 0.001f);
        var (column, row) = ((int)x, (int)y);
        var at = (row * Row) + column;
        var (right, down) = (x - column, y - row);
        var upper = _radii[at] + ((_radii[at + 1] - _radii[at]) * right);
        var lower = _radii[at + Row] + ((_radii[at + Row + 1] - _radii[at + Row]) * right);
        return upper + ((lower - upper) * down);
    }

    private static Vector3 Fold(int column, int row)
    {
        var u = (2f * column / Cells) - 1;
        var v = (2f * row / Cells) - 1;
        var y = 1 - MathF.Abs(u) - MathF.Abs(v);
        if (y < 0)
            (u, v) = (MathF.CopySign(1 - MathF.Abs(v), u), MathF.CopySign(1 - MathF.Abs(u), v));
        return Vector3.Normalize(new Vector3(u, y, v));
    }
}
