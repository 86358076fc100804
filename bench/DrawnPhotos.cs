using System.Globalization;
using Pomona.Vision.Imaging;
using Pomona.Vision.Vips;

namespace Pomona.Bench;

/// <summary>
/// Photo-like files of any size: slow waves of light, things with hard edges, fine texture and a sensor's noise, so that a
/// JPEG of 12 megapixels has a telephone's 2 to 5 MB. A seed gives the same files everywhere.
/// </summary>
internal static class DrawnPhotos
{
    private const int Seed = 20211;
    private const int Things = 60;
    private const int NoiseLength = 1 << 16;

    /// <summary>About a telephone's.</summary>
    private const int JpegQuality = 89;

    /// <summary>The sets that <c>./pomona bench throughput --draw</c> knows.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["100px", "1mp", "12mp", "mix"];

    /// <summary>Draws a set: in <c>mix</c> JPEGs of three sizes, PNGs and WebPs take turns.</summary>
    public static void WriteSet(string kind, int count, string folder)
    {
        Directory.CreateDirectory(folder);
        Parallel.For(0, count, () => new RgbImage(), (number, _, image) =>
        {
            var (width, height, format) = (kind, number % 5) switch
            {
                ("100px", _) or ("mix", 0) => (100, 100, "jpg"),
                ("1mp", _) or ("mix", 1) => (1152, 864, "jpg"),
                ("12mp", _) or ("mix", 2) => (4000, 3000, "jpg"),
                ("mix", 3) => (1152, 864, "png"),
                ("mix", 4) => (1152, 864, "webp"),
                _ => throw new ArgumentException($"'{kind}' is none of {string.Join(", ", Kinds)}.", nameof(kind)),
            };
            Draw(image, width, height, new Random(Seed + number));
            File.WriteAllBytes(
                Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{number:D5}.{format}")),
                Encode(image, format));
            return image;
        }, image => image.Dispose());
    }

    /// <summary>Draws JPEGs of one size.</summary>
    public static void Write(string folder, int count, int width, int height)
    {
        Directory.CreateDirectory(folder);
        using var image = new RgbImage();
        for (var number = 0; number < count; number++)
        {
            Draw(image, width, height, new Random(Seed + number));
            File.WriteAllBytes(Path.Combine(folder, $"{number:D4}.jpg"), Encode(image, "jpg"));
        }
    }

    private static void Draw(RgbImage image, int width, int height, Random random)
    {
        image.Reset(width, height);
        var ground = Enumerable.Range(0, 3).Select(_ => (Across: Wave(random, width), Down: Wave(random, height))).ToArray();
        var texture = (Across: Wave(random, width, cycles: width / 6), Down: Wave(random, height, cycles: height / 7));
        var things = Enumerable.Range(0, Things).Select(_ => Thing.Any(random, width, height)).ToArray();
        // In good light a sensor shows little noise, in a room much.
        var grains = random.Next(5, 12);
        var noise = new sbyte[NoiseLength];
        for (var i = 0; i < noise.Length; i++)
            noise[i] = (sbyte)(random.Next(-grains, grains + 1) + random.Next(-grains, grains + 1));

        for (var y = 0; y < height; y++)
        {
            var row = image.Row(y);
            for (var x = 0; x < width; x++)
            {
                for (var channel = 0; channel < 3; channel++)
                    row[(3 * x) + channel] = (byte)(128 + (80 * ground[channel].Across[x] * ground[channel].Down[y]));
            }

            foreach (var thing in things)
                thing.Colour(row, y, texture.Across, texture.Down[y]);
            var grain = random.Next(NoiseLength);
            for (var i = 0; i < row.Length; i++)
                row[i] = (byte)Math.Clamp(row[i] + noise[(grain + i) & (NoiseLength - 1)], 0, 255);
        }
    }

    private static float[] Wave(Random random, int length, int? cycles = null)
    {
        var (phase, count) = (random.NextDouble() * Math.Tau, cycles ?? random.Next(1, 6));
        return [.. Enumerable.Range(0, length).Select(i => (float)Math.Sin(phase + (Math.Tau * count * i / length)))];
    }

    /// <summary>A picture as a file: <c>jpg</c>, <c>png</c> or <c>webp</c>.</summary>
    public static byte[] Encode(RgbImage image, string format) => format switch
    {
        "jpg" => JpegEncoder.Encode(image, JpegQuality),
        "png" => Save(image, "pngsave_buffer"u8, "compression=1"u8),
        _ => Save(image, "webpsave_buffer"u8, "Q=80,effort=1"u8),
    };

    private static unsafe byte[] Save(RgbImage image, ReadOnlySpan<byte> operation, ReadOnlySpan<byte> options)
    {
        var input = LibVips.vips_image_new_from_memory(
            image.Pointer, (nuint)image.Pixels.Length, image.Width, image.Height, 3, LibVips.UCharFormat);
        try
        {
            using var save = new VipsOperation(operation);
            save.SetImage("in"u8, input);
            save.SetOptions(options);
            return save.TryRun() ? save.CopyBytes("buffer"u8) : throw new InvalidOperationException("libvips could not write a file.");
        }
        finally
        {
            LibVips.g_object_unref(input);
            GC.KeepAlive(image);
        }
    }

    /// <summary>A patch of one colour, round or square, with the texture on it.</summary>
    private readonly record struct Thing(double X, double Y, double Radius, bool IsRound, byte Red, byte Green, byte Blue, int Texture)
    {
        public static Thing Any(Random random, int width, int height) => new(
            random.NextDouble() * width,
            random.NextDouble() * height,
            Math.Min(width, height) * (0.02 + (0.15 * random.NextDouble())),
            random.Next(2) == 0,
            (byte)random.Next(256),
            (byte)random.Next(256),
            (byte)random.Next(256),
            random.Next(0, 25));

        public void Colour(Span<byte> row, int y, float[] across, float down)
        {
            var above = Math.Abs(y - Y);
            if (above >= Radius)
                return;
            var half = IsRound ? Math.Sqrt((Radius * Radius) - (above * above)) : Radius;
            var end = (int)Math.Min(row.Length / 3, X + half);
            for (var x = (int)Math.Max(0, X - half); x < end; x++)
            {
                var fine = (int)(Texture * across[x] * down);
                row[3 * x] = (byte)Math.Clamp(Red + fine, 0, 255);
                row[(3 * x) + 1] = (byte)Math.Clamp(Green + fine, 0, 255);
                row[(3 * x) + 2] = (byte)Math.Clamp(Blue + fine, 0, 255);
            }
        }
    }
}
