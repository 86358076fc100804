using System.Numerics;
using Pomona.Numerics.Randomness;

namespace Pomona.Samples.Fruits;

/// <summary>A pear: a belly, a neck, a long stem, and a yellow-green skin freckled with russet.</summary>
internal sealed class Pear : Fruit
{
    private readonly Vector3 _offset;
    private readonly Vector3 _sun;
    private readonly Vector3 _ground;
    private readonly float _neck;
    private readonly float _slope;
    private readonly float _blush;
    private readonly float _russet;

    public Pear(SplitMix64 random)
    {
        _offset = 50 * random.Direction();
        _sun = random.Direction();
        _ground = Vector3.Lerp(Colour.FromSrgb(0xA8AF3C), Colour.FromSrgb(0xD2B652), random.Between(0, 1));
        _neck = random.Between(0.45f, 0.75f);
        _slope = random.Between(0.2f, 0.32f);
        _blush = random.Between(-0.8f, 0.4f);
        _russet = random.Between(0.3f, 1);
        Stem = random.Chance(0.9f)
            ? new Stem(
                new Vector3(0, 0.7f + _neck, 0),
                new Vector3(random.Between(-0.16f, 0.16f), 1.08f + _neck, random.Between(-0.16f, 0.16f)),
                random.Between(0.03f, 0.045f),
                Colour.FromSrgb(0x54401F))
            : null;
    }

    public override float Stride => 0.6f;

    public override Stem? Stem { get; }

    public override float Radius(Vector3 direction)
        => 0.84f
            + (_neck * Top(direction, _slope))
            + (0.03f * SolidNoise.At((1.3f * direction) + _offset))
            - (0.12f * Bottom(direction, 0.05f))
            - (0.05f * Top(direction, 0.008f));

    public override Skin SkinAt(Vector3 direction)
    {
        var cheek = Vector3.Dot(direction, _sun) + (0.4f * SolidNoise.Cloud((1.8f * direction) + _offset)) + _blush;
        var colour = Vector3.Lerp(_ground, Colour.FromSrgb(0xA8502A), 0.7f * Colour.Step(0.2f, 1.2f, cheek));
        colour *= 1 + (0.1f * SolidNoise.Cloud((4 * direction) + _offset));
        var freckles = Colour.Step(0.45f, 0.75f, SolidNoise.At((24 * direction) + _offset));
        var patches = Colour.Step(0.1f, 0.7f, SolidNoise.Cloud((2.6f * direction) - _offset))
            * (Top(direction, 0.12f) + (0.5f * Bottom(direction, 0.3f)));
        colour = Vector3.Lerp(colour, Colour.FromSrgb(0x7A5A28), _russet * Math.Min(1, (0.45f * freckles) + (0.8f * patches)));
        var flower = Bottom(direction, 0.014f);
        colour = Vector3.Lerp(colour, Colour.FromSrgb(0x33261A), 0.85f * flower);
        return new Skin(colour, 0.16f, 28, 1 - (0.4f * Bottom(direction, 0.03f)));
    }
}
