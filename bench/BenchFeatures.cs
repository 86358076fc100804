using System.Runtime.InteropServices;
using Pomona.Numerics.Randomness;

namespace Pomona.Bench;

/// <summary>
/// The features that the benchmarks share: 10,000 images of 1,280 numbers with the shape of a rectified, averaged network
/// layer. Ten classes, each with its own mean, vary along 200 directions of falling strength; what is negative is cut to
/// zero, which leaves the zeros and the slowly falling spectrum that MobileNetV2's features of photos have.
/// </summary>
internal static class BenchFeatures
{
    public const int Images = 10_000;
    public const int Width = 1_280;
    private const int Directions = 200;

    public static float[] Make()
    {
        var random = new SplitMix64(7);
        var directions = new float[Directions * Width];
        for (var i = 0; i < directions.Length; i++)
            directions[i] = Normal(random) * 0.35f / MathF.Pow(1 + (i / Width), 0.6f);
        var means = new float[10 * Width];
        for (var i = 0; i < means.Length; i++)
            means[i] = Normal(random) * 0.3f;

        var features = new float[Images * Width];
        Parallel.For(0, Images, image =>
        {
            var own = SplitMix64.For(7, $"image {image}");
            var row = features.AsSpan(image * Width, Width);
            means.AsSpan(image % 10 * Width, Width).CopyTo(row);
            for (var d = 0; d < Directions; d++)
            {
                var strength = Normal(own);
                var direction = directions.AsSpan(d * Width, Width);
                for (var j = 0; j < Width; j++)
                    row[j] += strength * direction[j];
            }

            foreach (ref var feature in row)
                feature = Math.Clamp(feature + (0.05f * Normal(own)), 0f, 6f);
        });
        return features;
    }

    /// <summary>Writes the features as raw little-endian float32, for the peers.</summary>
    public static void Save(float[] features, string path)
    {
        using var file = File.Create(path);
        file.Write(MemoryMarshal.AsBytes(features.AsSpan()));
    }

    // The sum of twelve uniform numbers less six: near enough to normal, and the same on every machine.
    private static float Normal(SplitMix64 random)
    {
        var sum = -6f;
        for (var i = 0; i < 12; i++)
            sum += random.Between(0, 1);
        return sum;
    }
}
