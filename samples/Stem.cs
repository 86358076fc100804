using System.Numerics;

namespace Pomona.Samples;

/// <summary>A stem: a rod with round ends, in the fruit's own axes.</summary>
/// <param name="From">Its foot.</param>
/// <param name="To">Its tip.</param>
/// <param name="Thickness">Its radius.</param>
/// <param name="Colour">Linear red, green and blue.</param>
internal sealed record Stem(Vector3 From, Vector3 To, float Thickness, Vector3 Colour)
{
    /// <summary>How far a point is outside the rod; negative inside.</summary>
    public float Distance(Vector3 point)
    {
        var along = To - From;
        var t = Math.Clamp(Vector3.Dot(point - From, along) / along.LengthSquared(), 0, 1);
        return Vector3.Distance(point, From + (t * along)) - Thickness;
    }
}
