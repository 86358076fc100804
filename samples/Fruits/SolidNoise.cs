using System.Numerics;

namespace Pomona.Samples.Fruits;

/// <summary>
/// Smooth random texture in space: value noise on the whole-number lattice (Perlin's "solid texture", SIGGRAPH 1985, with
/// values in place of gradients), so that a skin has no seams and turns with its fruit.
/// </summary>
internal static class SolidNoise
{
    /// <summary>A value from −1 to 1 that changes smoothly over about one unit.</summary>
    public static float At(Vector3 point)
    {
        var x0 = MathF.Floor(point.X);
        var y0 = MathF.Floor(point.Y);
        var z0 = MathF.Floor(point.Z);
        var (x, y, z) = ((int)x0, (int)y0, (int)z0);
        var u = Smooth(point.X - x0);
        var v = Smooth(point.Y - y0);
        var w = Smooth(point.Z - z0);
        return Mix(
            Mix(Mix(Lattice(x, y, z), Lattice(x + 1, y, z), u), Mix(Lattice(x, y + 1, z), Lattice(x + 1, y + 1, z), u), v),
            Mix(
                Mix(Lattice(x, y, z + 1), Lattice(x + 1, y, z + 1), u),
                Mix(Lattice(x, y + 1, z + 1), Lattice(x + 1, y + 1, z + 1), u),
                v),
            w);
    }

    /// <summary>Three octaves, each half as strong and twice as fine: blotches with crumbs, from about −1 to 1.</summary>
    public static float Cloud(Vector3 point)
        => (At(point) + (0.5f * At((2.03f * point) + new Vector3(17.1f))) + (0.25f * At((4.11f * point) + new Vector3(43.7f))))
            / 1.4f;

    private static float Smooth(float t) => t * t * (3 - (2 * t));

    private static float Mix(float a, float b, float t) => a + ((b - a) * t);

    private static float Lattice(int x, int y, int z)
    {
        unchecked
        {
            var hash = ((uint)x * 0x8DA6B343u) ^ ((uint)y * 0xD8163841u) ^ ((uint)z * 0xCB1AB31Fu);
            hash = (hash ^ (hash >> 15)) * 0x2C1B3C6Du;
            hash = (hash ^ (hash >> 12)) * 0x297A2D39u;
            hash ^= hash >> 15;
            return ((int)hash) * (1f / int.MaxValue);
        }
    }
}
