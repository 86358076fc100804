using System.Numerics;
using Pomona.Numerics.Randomness;

namespace Pomona.Samples.Fruits;

/// <summary>An avocado: an egg with a neck and a pebbled skin between green and almost black.</summary>
internal sealed class Avocado : Fruit
{
    private readonly Vector3 _offset;
    private readonly Vector3 _light;
    private readonly Vector3 _dark;
    private readonly float _neck;
    private readonly float _width;
    private readonly float _pebbles;
    private readonly float _ripeness;

    public Avocado(SplitMix64 random)
    {
        _offset = 50 * random.Direction();
        _light = Vector3.Lerp(Colour.FromSrgb(0x5E7A2A), Colour.FromSrgb(0x4B5A2A), random.Between(0, 1));
        _dark = Vector3.Lerp(Colour.FromSrgb(0x1F2418), Colour.FromSrgb(0x33231F), random.Between(0, 1));
        _neck = random.Between(0.3f, 0.6f);
        _width = random.Between(0.76f, 0.88f);
        _pebbles = random.Between(0.012f, 0.03f);
        _ripeness = random.Between(-0.55f, 0.5f);
        Stem = random.Chance(0.5f)
            ? new Stem(
                new Vector3(0, 0.8f + _neck, 0), new Vector3(0, 0.99f + _neck, 0), 0.05f, Colour.FromSrgb(0x6B5A34))
            : null;
    }

    public override Stem? Stem { get; }

    public override float Radius(Vector3 direction)
        => Ellipsoid(direction, new Vector3(_width, 0.94f, _width))
            + (_neck * Top(direction, 0.33f))
            + (0.03f * SolidNoise.At((1.2f * direction) + _offset));

    public override float Relief(Vector3 direction)
        => _pebbles * MathF.Abs(SolidNoise.At((11 * direction) + _offset));

    public override Skin SkinAt(Vector3 direction)
    {
        var ripe = SolidNoise.Cloud((1.7f * direction) + _offset) + _ripeness;
        var pebble = MathF.Abs(SolidNoise.At((11 * direction) + _offset));
        var colour = Vector3.Lerp(_light, _dark, Colour.Step(-0.55f, 0.55f, ripe));
        colour *= 0.75f + (0.7f * pebble);
        var specks = Colour.Step(0.62f, 0.8f, SolidNoise.At((26 * direction) + _offset));
        colour = Vector3.Lerp(colour, Colour.FromSrgb(0x8B8A4A), 0.55f * specks);
        return new Skin(colour, 0.2f, 22, 0.85f + (0.25f * pebble));
    }
}
