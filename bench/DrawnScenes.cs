using System.Globalization;
using System.Numerics;
using Pomona.Numerics.Randomness;
using Pomona.Vision.Imaging;

namespace Pomona.Bench;

/// <summary>
/// Photograph-like pictures that differ as photographs of different things do: each has its own ground, palette, kinds of things, their
/// number, size and pattern, light and grain. A seed gives the same files everywhere.
/// </summary>
internal static class DrawnScenes
{
    /// <summary>What <c>Pomona.Bench draw</c> calls them.</summary>
    public const string Kind = "scenes";

    private const int Seed = 20;
    private const int Classes = 4;
    private const int Height = 480;

    /// <summary>Draws JPEGs, in a sub-folder for each of four classes.</summary>
    public static void Write(string folder, int count)
    {
        for (var c = 0; c < Classes; c++)
            Directory.CreateDirectory(Path.Combine(folder, $"scene-{c}"));
        Parallel.For(0, count, static () => new RgbImage(), (number, _, image) =>
        {
            var random = SplitMix64.For(Seed, string.Create(CultureInfo.InvariantCulture, $"scene {number}"));
            image.Reset(random.Chance(0.5f) ? Height * 4 / 3 : Height * 3 / 2, Height);
            Draw(image, random);
            File.WriteAllBytes(
                Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"scene-{number % Classes}/{number:D5}.jpg")), DrawnPhotos.Encode(image, "jpg"));
            return image;
        }, static image => image.Dispose());
    }

    private static void Draw(RgbImage image, SplitMix64 random)
    {
        Vector3[] palette = [.. Enumerable.Range(0, 5).Select(_ => new Vector3(random.Between(0, 255), random.Between(0, 255), random.Between(0, 255)))];
        var ground = new Pattern(random, palette, image.Width);
        var horizon = random.Chance(0.5f) ? random.Between(0.2f, 0.9f) * Height : Height;
        var below = new Pattern(random, palette, image.Width);
        var canvas = new Vector3[image.Width * Height];
        for (var i = 0; i < canvas.Length; i++)
        {
            var (x, y) = (i % image.Width, i / image.Width);
            canvas[i] = y < horizon ? ground.At(x, y) : below.At(x, y);
        }

        // A few large things, or a crowd of small ones; mostly of one kind.
        var size = Height * MathF.Pow(2, random.Between(-5, -0.7f));
        var most = Math.Clamp((int)(0.8f * image.Width * Height / (size * size)), 2, 120);
        var usual = random.Below(4);
        for (var things = 1 + random.Below(most); things > 0; things--)
            Thing(canvas, image.Width, random, size * random.Between(0.6f, 1.4f), random.Chance(0.8f) ? usual : random.Below(4), palette);

        var light = new Vector2(random.Between(-0.5f, 0.5f) / image.Width, random.Between(-0.5f, 0.5f) / Height);
        var grain = random.Between(1, 9);
        for (var y = 0; y < Height; y++)
        {
            var row = image.Row(y);
            for (var x = 0; x < image.Width; x++)
            {
                var colour = canvas[(y * image.Width) + x] * (1 + Vector2.Dot(light, new Vector2(x - (image.Width / 2), y - (Height / 2))));
                for (var c = 0; c < 3; c++)
                    row[(3 * x) + c] = (byte)Math.Clamp(colour[c] + random.Between(-grain, grain), 0, 255);
            }
        }
    }

    private static void Thing(Vector3[] canvas, int width, SplitMix64 random, float radius, int kind, Vector3[] palette)
    {
        var middle = new Vector2(random.Between(0, width), random.Between(0, Height));
        var (sin, cos) = MathF.SinCos(random.Between(0, MathF.Tau));
        var flat = random.Between(0.3f, 1);
        var pattern = new Pattern(random, palette, radius * 2);
        var round = random.Chance(0.6f);
        for (var y = (int)Math.Max(0, middle.Y - radius); y < Math.Min(Height, middle.Y + radius); y++)
        {
            for (var x = (int)Math.Max(0, middle.X - radius); x < Math.Min(width, middle.X + radius); x++)
            {
                var (across, down) = ((x - middle.X) / radius, (y - middle.Y) / radius);
                var at = new Vector2((cos * across) - (sin * down), ((sin * across) + (cos * down)) / flat);
                // How far in, 0 at the edge and 1 in the middle: a disc, a box, a ring, a triangle.
                var depth = kind switch
                {
                    0 => 1 - at.Length(),
                    1 => 0.7f - Math.Max(Math.Abs(at.X), Math.Abs(at.Y)),
                    2 => 0.25f - Math.Abs(at.Length() - 0.75f),
                    _ => Math.Min(0.5f + at.Y, (0.6f - at.Y - (1.6f * Math.Abs(at.X))) / 2),
                };
                if (depth > 0)
                    canvas[(y * width) + x] = pattern.At(x, y) * (round ? 0.55f + (0.55f * MathF.Sqrt(Math.Min(1, 2 * depth))) : 1);
            }
        }
    }

    /// <summary>A surface: plain, shaded, striped, checked, or clouded.</summary>
    private sealed class Pattern
    {
        private readonly Vector3 _one;
        private readonly Vector3 _other;
        private readonly Vector2 _along;
        private readonly Vector2 _across;
        private readonly float _phase;
        private readonly int _kind;

        public Pattern(SplitMix64 random, Vector3[] palette, float size)
        {
            (_one, _other) = (palette[random.Below(palette.Length)], palette[random.Below(palette.Length)]);
            _kind = random.Below(5);
            var (sin, cos) = MathF.SinCos(random.Between(0, MathF.Tau));
            var cycles = MathF.Tau * MathF.Pow(2, random.Between(0, 4.5f)) / size;
            _along = cycles * new Vector2(cos, sin);
            _across = cycles * random.Between(0.5f, 2) * new Vector2(-sin, cos);
            _phase = random.Between(0, MathF.Tau);
        }

        public Vector3 At(int x, int y)
        {
            var (along, across) = (Vector2.Dot(_along, new Vector2(x, y)) + _phase, Vector2.Dot(_across, new Vector2(x, y)));
            var share = _kind switch
            {
                0 => 0,
                1 => 0.5f + (0.5f * MathF.Sin(along / 8)),
                2 => MathF.Sin(along) > 0 ? 1 : 0,
                3 => MathF.Sin(along) * MathF.Sin(across) > 0 ? 1 : 0,
                _ => 0.5f + (0.25f * MathF.Sin(along + (2 * MathF.Sin(across)))) + (0.25f * MathF.Sin((2.3f * across) + MathF.Sin(1.7f * along))),
            };
            return Vector3.Lerp(_one, _other, share);
        }
    }
}
