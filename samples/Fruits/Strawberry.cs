using System.Numerics;
using Pomona.Numerics.Randomness;

namespace Pomona.Samples.Fruits;

/// <summary>A strawberry: a red cone with seeds in staggered rows under a collar of green leaves.</summary>
internal sealed class Strawberry : Fruit
{
    private readonly Vector3 _offset;
    private readonly Vector3 _red;
    private readonly float _tip;
    private readonly float _width;
    private readonly float _rows;
    private readonly float _leaves;
    private readonly float _collar;
    private readonly float _pale;

    public Strawberry(SplitMix64 random)
    {
        _offset = 50 * random.Direction();
        _red = Vector3.Lerp(Colour.FromSrgb(0xA8121A), Colour.FromSrgb(0xC9302A), random.Between(0, 1));
        _tip = random.Between(0.3f, 0.6f);
        _width = random.Between(0.76f, 0.9f);
        _rows = random.Between(3.6f, 4.8f);
        _leaves = random.Chance(0.5f) ? 2.5f : 3f;
        _collar = random.Between(0.65f, 0.95f);
        _pale = random.Between(0, 0.7f);
        Stem = new Stem(
            new Vector3(0, 0.6f, 0),
            new Vector3(random.Between(-0.25f, 0.25f), random.Between(0.95f, 1.2f), random.Between(-0.25f, 0.25f)),
            random.Between(0.035f, 0.05f),
            Colour.FromSrgb(0x6E8A3A));
    }

    public override float Stride => 0.55f;

    public override Stem? Stem { get; }

    public override float Radius(Vector3 direction)
        => Ellipsoid(direction, new Vector3(_width, 0.8f, _width))
            + (_tip * Bottom(direction, 0.4f))
            + (0.05f * SolidNoise.At((1.7f * direction) + _offset))
            - (0.08f * Top(direction, 0.1f))
            + (0.07f * Leaf(direction));

    public override float Relief(Vector3 direction) => -0.03f * Seed(direction, 1.6f) * (1 - Leaf(direction));

    public override Skin SkinAt(Vector3 direction)
    {
        var colour = _red * (1 + (0.15f * SolidNoise.Cloud((4 * direction) + _offset)));
        var shoulder = Colour.Step(0.2f, 0.95f, direction.Y + (0.3f * SolidNoise.At((2 * direction) + _offset)));
        colour = Vector3.Lerp(colour, Colour.FromSrgb(0xE0A08A), _pale * shoulder);
        var pit = Seed(direction, 1.5f);
        var seed = Seed(direction, 0.8f);
        colour = Vector3.Lerp(colour * (1 - (0.3f * pit)), Colour.FromSrgb(0xD9B04A), 0.85f * seed);

        var leaf = Leaf(direction);
        var green = Colour.FromSrgb(0x557F2B) * (1 + (0.35f * SolidNoise.Cloud((7 * direction) - _offset)));
        return new Skin(Vector3.Lerp(colour, green, leaf), 0.42f - (0.34f * leaf), 40, 1 - (0.35f * pit * (1 - leaf)));
    }

    private float Leaf(Vector3 direction)
    {
        var tilt = MathF.Acos(Math.Clamp(direction.Y, -1, 1));
        var blade = MathF.Abs(MathF.Cos(_leaves * Around(direction)));
        var edge = _collar * (0.3f + (0.7f * MathF.Pow(blade, 0.7f)))
            * (1 + (0.18f * SolidNoise.At((5 * direction) - _offset)));
        return Colour.Step(edge, edge - 0.12f, tilt);
    }

    // Rows of equal height, each with as many seeds as its circle has room for, every other row shifted by half a seed.
    private float Seed(Vector3 direction, float size)
    {
        var row = MathF.Acos(Math.Clamp(direction.Y, -1, 1)) * _rows;
        var middle = MathF.Floor(row) + 0.5f;
        var inRow = Math.Max(3, MathF.Round(MathF.Sin(Math.Min(middle / _rows, MathF.PI - 0.05f)) * MathF.Tau * _rows * 0.72f));
        var place = ((Around(direction) / MathF.Tau) + (0.5f * (MathF.Floor(row) % 2) / inRow) + 1) * inRow;
        var x = (place - MathF.Floor(place) - 0.5f) / (0.15f * size);
        var y = (row - middle) / (0.2f * size);
        return MathF.Exp(-((x * x) + (y * y)) * 1.2f);
    }
}
