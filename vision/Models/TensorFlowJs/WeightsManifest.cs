using System.Buffers.Binary;

namespace Pomona.Vision.Models.TensorFlowJs;

/// <summary>
/// The weights of a TensorFlow.js model: each group of the manifest lists the files that make up one run of bytes, and the
/// tensors in it, one after the other. A quantised tensor holds integers q for the values q * scale + min, worked out in
/// float64 and rounded to float32, as <c>io_utils.ts</c> of @tensorflow/tfjs-core does it.
/// </summary>
internal static class WeightsManifest
{
    /// <summary>Reads all tensors.</summary>
    /// <param name="groups">The manifest.</param>
    /// <param name="shards">The files that it names.</param>
    /// <exception cref="FormatException">A file is missing, too short or too long, or holds another type of number.</exception>
    public static Dictionary<string, WeightTensor> Read(
        IReadOnlyList<LayersModelFile.WeightGroupPart> groups, IReadOnlyDictionary<string, byte[]> shards)
    {
        var weights = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        foreach (var group in groups)
        {
            byte[] bytes = [.. group.Paths.SelectMany(path => Shard(path, shards))];
            var at = 0;
            foreach (var weight in group.Weights)
                if (!weights.TryAdd(weight.Name, Tensor(weight, bytes, ref at)))
                    throw new FormatException($"its weights {weight.Name} are there twice");

            if (at != bytes.Length)
                throw new FormatException($"its weight files hold {bytes.Length} bytes, where {at} are described");
        }

        return weights;
    }

    private static byte[] Shard(string path, IReadOnlyDictionary<string, byte[]> shards)
        => shards.TryGetValue(path, out var bytes) ? bytes : throw new FormatException($"its weight file {path} is missing");

    private static WeightTensor Tensor(LayersModelFile.WeightPart weight, byte[] bytes, ref int at)
    {
        var type = weight.Quantization?.Type ?? weight.Type;
        var size = type switch
        {
            "uint8" => 1,
            "uint16" or "float16" => 2,
            "float32" => 4,
            _ => throw new FormatException($"its weights {weight.Name} are {type}"),
        };
        var count = weight.Shape.Aggregate(1L, (product, length) => product * length);
        if (weight.Shape.Any(length => length <= 0) || count > (bytes.Length - at) / size)
            throw new FormatException($"its weight files end in the middle of {weight.Name}");

        var values = new float[count];
        var source = bytes.AsSpan(at, values.Length * size);
        at += source.Length;
        var (scale, min) = (weight.Quantization?.Scale ?? 1, weight.Quantization?.Min ?? 0);
        for (var i = 0; i < values.Length; i++)
            values[i] = type switch
            {
                "uint8" => (float)(source[i] * scale + min),
                "uint16" => (float)(BinaryPrimitives.ReadUInt16LittleEndian(source[(2 * i)..]) * scale + min),
                "float16" => (float)BinaryPrimitives.ReadHalfLittleEndian(source[(2 * i)..]),
                _ => BinaryPrimitives.ReadSingleLittleEndian(source[(4 * i)..]),
            };
        return new WeightTensor(weight.Shape, values);
    }
}

/// <summary>The weights of one layer, in Keras's order of axes.</summary>
/// <param name="Shape">For a convolution [height, width, in, out]; for a depthwise one [height, width, in, multiplier].</param>
/// <param name="Values">In row-major order.</param>
internal sealed record WeightTensor(int[] Shape, float[] Values);
