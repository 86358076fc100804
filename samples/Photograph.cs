using System.Numerics;
using Pomona.Numerics.Randomness;
using Pomona.Samples.Fruits;
using Pomona.Vision.Imaging;

namespace Pomona.Samples;

/// <summary>
/// A picture of one fruit before a pale, unevenly lit wall: where the fruit lies, how it is turned, where the light comes
/// from, how warm it is, and how much the sensor adds of its own.
/// </summary>
internal sealed class Photograph
{
    private const int MostSteps = 40;
    private const float Touching = 0.003f;

    private readonly Fruit _fruit;
    private readonly RadiusMap _radii;
    private readonly float _reach;
    private readonly float _foot;
    private readonly SplitMix64 _random;
    private readonly Quaternion _toFruit;
    private readonly Quaternion _toRoom;
    private readonly Vector2 _middle;
    private readonly float _field;
    private readonly Vector3 _lamp;
    private readonly Vector3 _lampLight;
    private readonly Vector3 _above;
    private readonly Vector3 _below;
    private readonly Vector3 _wall;
    private readonly Vector2 _wallSlope;
    private readonly Vector3 _half;
    private readonly float _shadow;
    private readonly float _grain;
    private readonly Vector3 _stainOffset;

    /// <summary>Sets the scene up.</summary>
    /// <param name="fruit">What is photographed.</param>
    /// <param name="random">Where chance comes from: the scene, then the grain of the sensor.</param>
    public Photograph(Fruit fruit, SplitMix64 random)
    {
        _fruit = fruit;
        _radii = new RadiusMap(fruit);
        _random = random;

        // Mostly standing or leaning towards the camera, as on a turntable; one in four has rolled over.
        var lying = random.Chance(0.25f);
        var turn = Quaternion.CreateFromAxisAngle(Vector3.UnitY, random.Between(0, MathF.Tau));
        var lean = Quaternion.CreateFromAxisAngle(Vector3.UnitX, lying ? random.Between(-1.9f, 2.4f) : random.Between(-0.3f, 0.9f));
        var roll = Quaternion.CreateFromAxisAngle(Vector3.UnitZ, lying ? random.Between(-1.6f, 1.6f) : random.Between(-0.35f, 0.35f));
        _toRoom = Quaternion.Normalize(roll * lean * turn);
        _toFruit = Quaternion.Conjugate(_toRoom);

        var (low, high, reach) = Outline();
        _reach = reach;
        var half = 0.5f * Math.Max(high.X - low.X, high.Y - low.Y);
        _field = half * random.Between(1.06f, 1.35f);
        var slack = 0.7f * (_field - half);
        _middle = new Vector2(random.Between(-slack, slack), random.Between(-slack, slack)) - (0.5f * (low + high));
        _foot = low.Y;

        _lamp = Vector3.Normalize(new Vector3(random.Between(-0.9f, 0.6f), random.Between(0.35f, 1.1f), random.Between(0.45f, 1.1f)));
        _half = Vector3.Normalize(_lamp + Vector3.UnitZ);
        var warmth = random.Between(-0.1f, 0.14f);
        var white = new Vector3(1 + warmth, 1, 1 - warmth);
        var exposure = random.Between(0.8f, 1.2f);
        _lampLight = white * exposure * random.Between(0.75f, 1.05f);
        _above = white * exposure * random.Between(0.4f, 0.55f);
        _below = white * exposure * random.Between(0.16f, 0.3f);

        var brightness = random.Between(0.6f, 0.98f);
        _wall = white * brightness * new Vector3(random.Between(0.94f, 1), random.Between(0.95f, 1), random.Between(0.92f, 1));
        _wallSlope = new Vector2(random.Between(-0.1f, 0.1f), random.Between(-0.05f, 0.14f));
        _shadow = random.Between(0.2f, 0.6f);
        _grain = random.Between(0.4f, 2.2f);
        _stainOffset = 40 * random.Direction();
    }

    /// <summary>
    /// Exposes the picture: a ray through the middle of each pixel, four where neighbours differ, light summed before the
    /// sRGB curve, then the sensor's grain.
    /// </summary>
    /// <param name="image">Takes the picture; as wide as high.</param>
    public void Expose(RgbImage image)
    {
        var size = image.Width;
        var light = new Vector4[size * size];
        for (var i = 0; i < light.Length; i++)
            light[i] = Look((i % size) + 0.5f, (i / size) + 0.5f, size);

        for (var i = 0; i < light.Length; i++)
        {
            var (x, y) = (i % size, i / size);
            var seen = IsEdge(light, x, y, size)
                ? (Look(x + 0.25f, y + 0.25f, size) + Look(x + 0.75f, y + 0.25f, size)
                    + Look(x + 0.25f, y + 0.75f, size) + Look(x + 0.75f, y + 0.75f, size)) / 4
                : light[i];
            // Most of a sensor's noise is in brightness, a little in each channel.
            var grain = _grain * Bell();
            var pixel = image.Row(y).Slice(3 * x, 3);
            pixel[0] = Level(seen.X, grain);
            pixel[1] = Level(seen.Y, grain);
            pixel[2] = Level(seen.Z, grain);
        }
    }

    private static bool IsEdge(Vector4[] light, int x, int y, int size)
    {
        const float Contrast = 0.1f;
        var here = light[(y * size) + x];
        return (x > 0 && Differs(here, light[(y * size) + x - 1]))
            || (x < size - 1 && Differs(here, light[(y * size) + x + 1]))
            || (y > 0 && Differs(here, light[((y - 1) * size) + x]))
            || (y < size - 1 && Differs(here, light[((y + 1) * size) + x]));

        static bool Differs(Vector4 a, Vector4 b) => a.W != b.W || Vector4.DistanceSquared(a, b) > Contrast * Contrast;
    }

    // The corners of what the camera sees of the fruit, from its middle, and the sphere that holds it, stem included.
    private (Vector2 Low, Vector2 High, float Reach) Outline()
    {
        var low = new Vector2(float.PositiveInfinity);
        var high = new Vector2(float.NegativeInfinity);
        var reach = 0f;
        var stem = _fruit.Stem is { } rod ? [rod.To] : Array.Empty<Vector3>();
        foreach (var point in _radii.Points().Concat(stem))
        {
            var seen = Vector3.Transform(point, _toRoom);
            low = Vector2.Min(low, new Vector2(seen.X, seen.Y));
            high = Vector2.Max(high, new Vector2(seen.X, seen.Y));
            reach = Math.Max(reach, point.Length());
        }

        return (low, high, reach + (_fruit.Stem?.Thickness ?? 0));
    }

    private byte Level(float linear, float grain)
        => (byte)Math.Clamp(Colour.ToSrgb(linear) + grain + (0.4f * _grain * _random.Between(-1, 1)) + 0.5f, 0, 255);

    // The sum of three even chances: near enough to a bell for grain.
    private float Bell() => _random.Between(-1, 1) + _random.Between(-1, 1) + _random.Between(-1, 1);

    // The light, and in W what it comes from: 0 the wall, 1 the fruit, 2 its stem.
    private Vector4 Look(float x, float y, int size)
    {
        var onScreen = new Vector2(((2 * x / size) - 1) * _field, (1 - (2 * y / size)) * _field);
        var ray = onScreen - _middle;
        var depth = (_reach * _reach) - ray.LengthSquared();
        return depth > 0 && Meets(new Vector3(ray, MathF.Sqrt(depth)), out var point, out var onStem)
            ? new Vector4(Shade(point, onStem), onStem ? 2 : 1)
            : new Vector4(Wall(onScreen, ray), 0);
    }

    // Sphere tracing (Hart, "Sphere tracing", The Visual Computer 1996), with the radial distance as its bound.
    private bool Meets(Vector3 start, out Vector3 point, out bool onStem)
    {
        point = Vector3.Transform(start, _toFruit);
        onStem = false;
        var direction = Vector3.Transform(-Vector3.UnitZ, _toFruit);
        var left = 2 * start.Z;
        var distance = left;
        for (var i = 0; i < MostSteps && left > 0; i++)
        {
            var length = point.Length();
            distance = (length - _radii.At(point)) * _fruit.Stride;
            if (_fruit.Stem?.Distance(point) is { } stem && stem < distance)
                (distance, onStem) = (stem, true);
            else
                onStem = false;

            if (distance < Touching)
                return true;
            point += distance * direction;
            left -= distance;
        }

        // Rays that graze the surface run out of steps beside it.
        return left > 0 && distance < 10 * Touching;
    }

    private Vector3 Shade(Vector3 point, bool onStem)
    {
        var skin = onStem
            ? new Skin(_fruit.Stem!.Colour * (1 + (0.25f * SolidNoise.At(14 * point))), 0.08f, 12)
            : _fruit.SkinAt(Vector3.Normalize(point));
        var normal = Vector3.Transform(Normal(point, onStem), _toRoom);

        // Light creeps a little past the edge of the shadow, as it does inside fruit.
        var facing = (Vector3.Dot(normal, _lamp) + 0.15f) / 1.15f;
        var lit = Math.Max(0, facing);
        var surround = Vector3.Lerp(_below, _above, 0.5f + (0.5f * normal.Y)) * skin.Openness;
        // The bright wall shows at grazing angles (Schlick's approximation of Fresnel reflection).
        var grazing = MathF.Pow(1 - Math.Clamp(normal.Z, 0, 1), 4);
        var glint = skin.Gloss * MathF.Pow(Math.Max(0, Vector3.Dot(normal, _half)), skin.Tightness) * (lit > 0 ? 1 : 0);

        return (skin.Colour * (surround + (lit * skin.Openness * _lampLight)))
            + (_lampLight * glint * 0.8f)
            + (_wall * (grazing * (0.05f + (0.25f * skin.Gloss)) * skin.Openness));
    }

    // The gradient of the distance by four differences at a tetrahedron's corners.
    private Vector3 Normal(Vector3 point, bool onStem)
    {
        const float Step = 0.008f;
        var a = new Vector3(1, -1, -1);
        var b = new Vector3(-1, -1, 1);
        var c = new Vector3(-1, 1, -1);
        var d = Vector3.One;
        return Vector3.Normalize(
            (a * Distance(point + (Step * a), onStem)) + (b * Distance(point + (Step * b), onStem))
            + (c * Distance(point + (Step * c), onStem)) + (d * Distance(point + (Step * d), onStem)));
    }

    private float Distance(Vector3 point, bool onStem)
    {
        if (onStem)
            return _fruit.Stem!.Distance(point);

        var length = point.Length();
        var direction = point / length;
        return length - _fruit.Radius(direction) - _fruit.Relief(direction);
    }

    private Vector3 Wall(Vector2 onScreen, Vector2 fromFruit)
    {
        var place = onScreen / _field;
        var brightness = 1 + Vector2.Dot(place, _wallSlope) - (0.05f * place.LengthSquared())
            + (0.015f * SolidNoise.Cloud(new Vector3(2.5f * place, 0) + _stainOffset));

        // A soft pool where the fruit stands, drawn out away from the lamp.
        var pool = fromFruit - new Vector2(-0.3f * _lamp.X, _foot + 0.06f);
        var soft = MathF.Exp(-((pool.X * pool.X / 0.6f) + (pool.Y * pool.Y / 0.035f)));
        return _wall * (brightness * (1 - (_shadow * soft)));
    }
}
