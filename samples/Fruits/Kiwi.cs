using System.Numerics;
using Pomona.Numerics.Randomness;

namespace Pomona.Samples.Fruits;

/// <summary>A kiwi: a brown, fuzzy barrel with a dark button at one end and a pale scar at the other.</summary>
internal sealed class Kiwi : Fruit
{
    private readonly Vector3 _offset;
    private readonly Vector3 _ground;
    private readonly Vector3 _shape;
    private readonly float _fuzz;

    public Kiwi(SplitMix64 random)
    {
        _offset = 50 * random.Direction();
        _ground = Vector3.Lerp(Colour.FromSrgb(0x7C6136), Colour.FromSrgb(0x9C7F4E), random.Between(0, 1));
        _shape = new Vector3(random.Between(0.76f, 0.86f), random.Between(0.98f, 1.1f), random.Between(0.72f, 0.84f));
        _fuzz = random.Between(0.5f, 1);
    }

    public override float Radius(Vector3 direction)
        => Ellipsoid(direction, _shape)
            + (0.025f * SolidNoise.At((1.6f * direction) + _offset))
            - (0.06f * Top(direction, 0.02f))
            + (0.05f * Bottom(direction, 0.008f));

    public override float Relief(Vector3 direction)
        => 0.006f * _fuzz * SolidNoise.At((direction * new Vector3(38, 16, 38)) + _offset);

    public override Skin SkinAt(Vector3 direction)
    {
        var hairs = SolidNoise.At((direction * new Vector3(42, 14, 42)) + _offset);
        var blotches = SolidNoise.Cloud((3.2f * direction) + _offset);
        var colour = _ground * (1 + (0.22f * blotches) + (0.28f * _fuzz * hairs));
        colour = Vector3.Lerp(colour, Colour.FromSrgb(0x6E7434), 0.3f * Colour.Step(0.1f, 0.9f, blotches));
        colour = Vector3.Lerp(colour, Colour.FromSrgb(0x2E2114), 0.85f * Bottom(direction, 0.007f));
        colour = Vector3.Lerp(colour, Colour.FromSrgb(0xB09A6A), 0.7f * Top(direction, 0.009f));
        return new Skin(colour, 0.05f, 8, 1 - (0.3f * Top(direction, 0.02f)));
    }
}
