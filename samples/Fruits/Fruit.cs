using System.Numerics;

namespace Pomona.Samples.Fruits;

/// <summary>
/// One grown fruit: a solid that every ray from its middle leaves exactly once, so that a radius per direction is its
/// whole shape. Its axis is Y, its stem is at +Y, and it is about one unit in radius.
/// </summary>
internal abstract class Fruit
{
    /// <summary>
    /// The share of the radial distance to the surface that a ray may safely advance: small for shapes with steep flanks.
    /// </summary>
    public virtual float Stride => 0.75f;

    /// <summary>The stem, where there is one.</summary>
    public virtual Stem? Stem => null;

    /// <summary>The distance from the middle to the surface.</summary>
    /// <param name="direction">Of length 1.</param>
    public abstract float Radius(Vector3 direction);

    /// <summary>Relief too fine to change the outline: pores, fuzz, seeds. Added to the radius for the shading alone.</summary>
    /// <param name="direction">Of length 1.</param>
    public virtual float Relief(Vector3 direction) => 0;

    /// <summary>What the surface looks like there.</summary>
    /// <param name="direction">Of length 1.</param>
    public abstract Skin SkinAt(Vector3 direction);

    /// <summary>1 at the stem's pole, falling off with the distance from it.</summary>
    /// <param name="direction">Of length 1.</param>
    /// <param name="width">1 − cos of the angle at which 1/e is left.</param>
    protected static float Top(Vector3 direction, float width) => MathF.Exp((direction.Y - 1) / width);

    /// <summary>As <see cref="Top"/>, at the other pole.</summary>
    protected static float Bottom(Vector3 direction, float width) => MathF.Exp((-direction.Y - 1) / width);

    /// <summary>The angle around the axis, −π to π.</summary>
    protected static float Around(Vector3 direction) => MathF.Atan2(direction.Z, direction.X);

    /// <summary>The radius of an ellipsoid with the given half-axes.</summary>
    protected static float Ellipsoid(Vector3 direction, Vector3 halfAxes) => 1 / (direction / halfAxes).Length();
}

/// <summary>How a point of a fruit takes the light.</summary>
/// <param name="Colour">Reflected share of red, green and blue, linear, 0 to 1.</param>
/// <param name="Gloss">Strength of the highlight, 0 (velvet) to 1 (wax).</param>
/// <param name="Tightness">Blinn–Phong exponent of the highlight: 10 is broad, 120 is a point.</param>
/// <param name="Openness">Share of the surrounding light that reaches the point: below 1 in hollows.</param>
internal readonly record struct Skin(Vector3 Colour, float Gloss, float Tightness, float Openness = 1);

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
