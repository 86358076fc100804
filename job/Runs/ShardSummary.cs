using System.Text.Json;
using System.Text.Json.Serialization;
using Pomona.Contracts;

namespace Pomona.Job.Runs;

/// <summary>
/// What one shard's extraction gave: <see cref="RunLayout.ShardSummary(int)"/>, written after the shard's features, so that
/// its presence says that they are complete.
/// </summary>
/// <param name="Images">Images that gave features: rows of the part.</param>
/// <param name="Labels">Of them, how many of each label.</param>
/// <param name="Rejected">Images that did not, in manifest order.</param>
/// <param name="Bytes">Bytes of images read.</param>
/// <param name="Seconds">Wall-clock seconds it took.</param>
internal sealed record ShardSummary(
    int Images,
    IReadOnlyDictionary<string, int> Labels,
    IReadOnlyList<RejectedImage> Rejected,
    long Bytes,
    double Seconds)
{
    /// <summary>Reads a summary that <see cref="ToJson"/> wrote.</summary>
    public static ShardSummary FromJson(ReadOnlySpan<byte> json)
        => JsonSerializer.Deserialize(json, ShardSummaryJson.Default.ShardSummary) ?? throw new JsonException("the summary is null");

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ShardSummaryJson.Default.ShardSummary);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ShardSummary))]
internal sealed partial class ShardSummaryJson : JsonSerializerContext;
