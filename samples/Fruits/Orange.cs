using System.Numerics;
using Pomona.Numerics.Randomness;

namespace Pomona.Samples.Fruits;

/// <summary>An orange: a pored ball with a small green star where the stem was, sometimes with a navel.</summary>
internal sealed class Orange : Fruit
{
    private readonly Vector3 _offset;
    private readonly Vector3 _ground;
    private readonly Vector3 _shape;
    private readonly float _pores;
    private readonly float _navel;
    private readonly float _turn;

    public Orange(SplitMix64 random)
    {
        _offset = 50 * random.Direction();
        _ground = Vector3.Lerp(Colour.FromSrgb(0xE0871A), Colour.FromSrgb(0xD9641A), random.Between(0, 1));
        _shape = new Vector3(1, random.Between(0.92f, 1.04f), random.Between(0.97f, 1));
        _pores = random.Between(0.003f, 0.009f);
        _navel = random.Chance(0.4f) ? random.Between(0.06f, 0.16f) : 0;
        _turn = random.Between(0, MathF.Tau);
    }

    public override float Radius(Vector3 direction)
        => Ellipsoid(direction, _shape)
            + (0.02f * SolidNoise.At((1.5f * direction) + _offset))
            - (0.06f * Top(direction, 0.03f))
            - (_navel * Bottom(direction, 0.012f));

    public override float Relief(Vector3 direction) => -_pores * Pore(direction);

    public override Skin SkinAt(Vector3 direction)
    {
        var pore = Pore(direction);
        var colour = _ground * (1 - (0.16f * pore) + (0.07f * SolidNoise.Cloud((3 * direction) + _offset)));
        var star = 1 - direction.Y;
        var button = Colour.Step(1, 0.55f, star / (0.007f * (1.5f + MathF.Cos((5 * Around(direction)) + _turn))));
        colour = Vector3.Lerp(colour, Colour.FromSrgb(0x6B7A35), 0.9f * button);
        colour = Vector3.Lerp(colour, Colour.FromSrgb(0x7A4A1E), _navel * 5 * Bottom(direction, 0.006f));
        return new Skin(colour, 0.24f, 26, 1 - (0.15f * pore) - (_navel * 2 * Bottom(direction, 0.01f)));
    }

    private float Pore(Vector3 direction) => Colour.Step(0.1f, 0.7f, SolidNoise.At((29 * direction) + _offset));
}
