using System.Numerics;
using Pomona.Numerics.Randomness;

namespace Pomona.Samples.Fruits;

/// <summary>An apple: a ball with a hollow at each end, five faint ribs below, and a blush in streaks.</summary>
internal sealed class Apple : Fruit
{
    private readonly Vector3 _offset;
    private readonly Vector3 _sun;
    private readonly Vector3 _ground;
    private readonly Vector3 _blush;
    private readonly float _blushed;
    private readonly float _height;
    private readonly float _lobes;
    private readonly float _turn;
    private readonly float _lenticels;

    private Apple(SplitMix64 random, Vector3 ground, Vector3 blush, float blushed, float lenticels)
    {
        _offset = 50 * random.Direction();
        _sun = random.Direction();
        (_ground, _blush, _blushed, _lenticels) = (ground, blush, blushed, lenticels);
        _height = random.Between(0.84f, 0.98f);
        _lobes = random.Between(0.01f, 0.035f);
        _turn = random.Between(0, MathF.Tau);
        Stem = random.Chance(0.85f)
            ? new Stem(
                new Vector3(0, 0.45f * _height, 0),
                new Vector3(random.Between(-0.15f, 0.15f), random.Between(0.85f, 1.05f), random.Between(-0.15f, 0.15f)),
                random.Between(0.03f, 0.05f),
                Colour.FromSrgb(0x5A4024))
            : null;
    }

    public override float Stride => 0.6f;

    public override Stem? Stem { get; }

    /// <summary>Green all over, now and then with a pale or brownish cheek, and with many pale dots.</summary>
    public static Apple GrannySmith(SplitMix64 random) => new(
        random,
        Vector3.Lerp(Colour.FromSrgb(0x6FA324), Colour.FromSrgb(0xA9C04A), random.Between(0, 1)),
        Vector3.Lerp(Colour.FromSrgb(0xB9B84F), Colour.FromSrgb(0xA9803C), random.Between(0, 1)),
        random.Between(-0.9f, -0.15f),
        random.Between(0.5f, 1f));

    /// <summary>Red over a yellow ground that shows through in streaks.</summary>
    public static Apple Red(SplitMix64 random) => new(
        random,
        Vector3.Lerp(Colour.FromSrgb(0xC9A63C), Colour.FromSrgb(0xD0603A), random.Between(0, 1)),
        Vector3.Lerp(Colour.FromSrgb(0x7A0F17), Colour.FromSrgb(0xB32424), random.Between(0, 1)),
        random.Between(0.1f, 0.9f),
        random.Between(0.1f, 0.5f));

    public override float Radius(Vector3 direction)
        => Ellipsoid(direction, new Vector3(1, _height, 1))
            + (0.05f * direction.Y)
            + (0.03f * SolidNoise.At((1.3f * direction) + _offset))
            - (0.36f * Top(direction, 0.085f))
            - (0.2f * Bottom(direction, 0.06f))
            + (_lobes * MathF.Cos((5 * Around(direction)) + _turn) * Bottom(direction, 0.4f));

    public override Skin SkinAt(Vector3 direction)
    {
        var streaks = SolidNoise.At((direction * new Vector3(11, 1.6f, 11)) + _offset);
        var cheek = SolidNoise.Cloud((1.1f * direction) + _offset) + (0.6f * Vector3.Dot(direction, _sun));
        var blush = Colour.Step(-0.35f, 0.45f, cheek + _blushed + (0.35f * streaks));
        var colour = Vector3.Lerp(_ground, _blush, blush);
        colour *= 1 + (0.12f * SolidNoise.Cloud((4 * direction) + _offset));

        var dots = Colour.Step(0.55f, 0.8f, SolidNoise.At((19 * direction) + _offset));
        colour = Vector3.Lerp(colour, colour + new Vector3(0.22f, 0.2f, 0.1f), dots * _lenticels);

        var hollow = Top(direction, 0.05f);
        colour = Vector3.Lerp(colour, Colour.FromSrgb(0x8A7B3C), 0.65f * hollow);
        var flower = Bottom(direction, 0.012f);
        colour = Vector3.Lerp(colour, Colour.FromSrgb(0x3A2A1C), 0.85f * flower);
        return new Skin(colour, 0.38f, 60, 1 - (0.6f * hollow) - (0.4f * Bottom(direction, 0.04f)));
    }
}
