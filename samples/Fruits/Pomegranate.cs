using System.Numerics;
using Pomona.Numerics.Randomness;

namespace Pomona.Samples.Fruits;

/// <summary>A pomegranate: a leathery, faintly six-sided ball that wears its flower as a crown.</summary>
internal sealed class Pomegranate : Fruit
{
    private readonly Vector3 _offset;
    private readonly Vector3 _red;
    private readonly Vector3 _pale;
    private readonly float _paleness;
    private readonly float _sides;
    private readonly float _crown;
    private readonly float _turn;

    public Pomegranate(SplitMix64 random)
    {
        _offset = 50 * random.Direction();
        _red = Vector3.Lerp(Colour.FromSrgb(0x9E1F2B), Colour.FromSrgb(0xBE3A3A), random.Between(0, 1));
        _pale = Vector3.Lerp(Colour.FromSrgb(0xD9A25A), Colour.FromSrgb(0xD27A6A), random.Between(0, 1));
        _paleness = random.Between(-0.6f, 0.35f);
        _sides = random.Between(0.012f, 0.035f);
        _crown = random.Between(0.26f, 0.42f);
        _turn = random.Between(0, MathF.Tau);
    }

    public override float Stride => 0.4f;

    public override float Radius(Vector3 direction)
    {
        var around = (6 * Around(direction)) + _turn;
        var rim = (1 - direction.Y - 0.035f) / 0.022f;
        return 0.96f
            + (_sides * MathF.Cos(around) * (1 - (direction.Y * direction.Y)))
            + (0.025f * SolidNoise.At((1.6f * direction) + _offset))
            + (0.14f * Top(direction, 0.075f))
            + (_crown * MathF.Exp(-rim * rim) * (0.6f + (0.4f * MathF.Cos(around))));
    }

    public override float Relief(Vector3 direction) => 0.004f * SolidNoise.Cloud((9 * direction) + _offset);

    public override Skin SkinAt(Vector3 direction)
    {
        var patches = SolidNoise.Cloud((1.8f * direction) + _offset) + _paleness;
        var colour = Vector3.Lerp(_red, _pale, 0.85f * Colour.Step(-0.1f, 0.75f, patches));
        colour *= 1 + (0.14f * SolidNoise.Cloud((6 * direction) + _offset));
        var scars = Colour.Step(0.5f, 0.75f, SolidNoise.Cloud((9 * direction) - _offset));
        colour = Vector3.Lerp(colour, Colour.FromSrgb(0x6A3A22), 0.7f * scars);
        var crown = Colour.Step(0.1f, 0.03f, 1 - direction.Y);
        colour = Vector3.Lerp(colour, Colour.FromSrgb(0xA8542E), 0.55f * crown);
        var inside = Top(direction, 0.01f);
        colour = Vector3.Lerp(colour, Colour.FromSrgb(0x5A3A1C), 0.9f * inside);
        return new Skin(colour, 0.2f, 24, 1 - (0.6f * inside) - (0.2f * Top(direction, 0.1f)));
    }
}
