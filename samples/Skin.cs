using System.Numerics;

namespace Pomona.Samples;

/// <summary>How a point of a fruit takes the light.</summary>
/// <param name="Colour">Reflected share of red, green and blue, linear, 0 to 1.</param>
/// <param name="Gloss">Strength of the highlight, 0 (velvet) to 1 (wax).</param>
/// <param name="Tightness">Blinn–Phong exponent of the highlight: 10 is broad, 120 is a point.</param>
/// <param name="Openness">Share of the surrounding light that reaches the point: below 1 in hollows.</param>
internal readonly record struct Skin(Vector3 Colour, float Gloss, float Tightness, float Openness = 1);
