using System.Numerics;
using Pomona.Numerics.Randomness;

namespace Pomona.Samples.Fruits;

/// <summary>An apricot: a velvety ball with a seam from pole to pole and a red cheek.</summary>
internal sealed class Apricot : Fruit
{
    private readonly Vector3 _offset;
    private readonly Vector3 _sun;
    private readonly Vector3 _ground;
    private readonly Vector3 _shape;
    private readonly float _cheek;
    private readonly float _seam;

    public Apricot(SplitMix64 random)
    {
        _offset = 50 * random.Direction();
        _sun = random.Direction();
        _ground = Vector3.Lerp(Colour.FromSrgb(0xE2A03A), Colour.FromSrgb(0xDE7F2C), random.Between(0, 1));
        _shape = new Vector3(random.Between(0.92f, 1), random.Between(0.92f, 1.06f), 1);
        _cheek = random.Between(-0.2f, 0.7f);
        _seam = random.Between(0.04f, 0.09f);
    }

    public override float Radius(Vector3 direction)
        => Ellipsoid(direction, _shape)
            + (0.02f * SolidNoise.At((1.4f * direction) + _offset))
            - (0.16f * Top(direction, 0.035f))
            - (_seam * Seam(direction, 0.09f));

    public override float Relief(Vector3 direction) => 0.0022f * SolidNoise.At((34 * direction) + _offset);

    public override Skin SkinAt(Vector3 direction)
    {
        var cheek = Vector3.Dot(direction, _sun) + (0.5f * SolidNoise.Cloud((2 * direction) + _offset)) + _cheek;
        var colour = Vector3.Lerp(_ground, Colour.FromSrgb(0xB8431F), 0.75f * Colour.Step(0.25f, 1.3f, cheek));
        var freckles = Colour.Step(0.5f, 0.8f, SolidNoise.At((15 * direction) + _offset));
        colour = Vector3.Lerp(colour, Colour.FromSrgb(0x9C3A20), 0.5f * freckles * Colour.Step(0.3f, 1.2f, cheek));
        colour *= 1 + (0.08f * SolidNoise.Cloud((6 * direction) + _offset));
        var hollow = Top(direction, 0.02f);
        colour = Vector3.Lerp(colour, Colour.FromSrgb(0x6B4A1E), 0.7f * hollow);
        return new Skin(colour, 0.07f, 9, 1 - (0.5f * hollow) - (0.35f * Seam(direction, 0.05f)));
    }

    private static float Seam(Vector3 direction, float width)
    {
        var across = direction.X / width;
        return MathF.Exp(-across * across) * Colour.Step(-0.3f, 0.5f, direction.Z);
    }
}
