using System.Numerics;
using Pomona.Numerics.Randomness;

namespace Pomona.Samples.Fruits;

/// <summary>A lemon: a long yellow body with a nipple at the flower's end and a fine, pored peel.</summary>
internal sealed class Lemon : Fruit
{
    private readonly Vector3 _offset;
    private readonly Vector3 _ground;
    private readonly float _length;
    private readonly float _width;
    private readonly float _nipple;
    private readonly float _pores;
    private readonly float _green;

    public Lemon(SplitMix64 random)
    {
        _offset = 50 * random.Direction();
        _ground = Vector3.Lerp(Colour.FromSrgb(0xE3C11F), Colour.FromSrgb(0xE9D04A), random.Between(0, 1));
        _length = random.Between(0.98f, 1.18f);
        _width = random.Between(0.78f, 0.88f);
        _nipple = random.Between(0.1f, 0.24f);
        _pores = random.Between(0.005f, 0.011f);
        _green = random.Between(-0.2f, 0.5f);
    }

    public override float Stride => 0.65f;

    public override float Radius(Vector3 direction)
        => Ellipsoid(direction, new Vector3(_width, _length, _width))
            + (0.025f * SolidNoise.At((1.7f * direction) + _offset))
            + (_nipple * Bottom(direction, 0.035f))
            + (0.09f * Top(direction, 0.05f))
            - (0.07f * Top(direction, 0.006f));

    public override float Relief(Vector3 direction) => -_pores * Pore(direction);

    public override Skin SkinAt(Vector3 direction)
    {
        var unripe = SolidNoise.Cloud((1.6f * direction) + _offset) + _green
            + (0.5f * (Bottom(direction, 0.08f) + Top(direction, 0.08f)));
        var colour = Vector3.Lerp(_ground, Colour.FromSrgb(0xA9B43A), 0.6f * Colour.Step(0.5f, 1.3f, unripe));
        colour *= 1 - (0.12f * Pore(direction)) + (0.06f * SolidNoise.Cloud((5 * direction) + _offset));
        colour = Vector3.Lerp(colour, Colour.FromSrgb(0x6F6A2C), 0.8f * Top(direction, 0.004f));
        return new Skin(colour, 0.26f, 34);
    }

    private float Pore(Vector3 direction) => Colour.Step(0.15f, 0.75f, SolidNoise.At((21 * direction) + _offset));
}
