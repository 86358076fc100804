using System.Text.Json;

namespace Pomona.Job.Engines.Spark;

/// <summary>What a task answers to the driver; all else is in the store.</summary>
/// <param name="Number">The shard or group.</param>
/// <param name="Seconds">How long this attempt took; next to nothing where an earlier one had done the work.</param>
internal sealed record ShardResult(int Number, double Seconds)
{
    /// <summary>Reads an answer that <see cref="ToJson"/> wrote.</summary>
    public static ShardResult FromJson(string json)
        => JsonSerializer.Deserialize(json, JobJson.Default.ShardResult) ?? throw new JsonException("the answer is null");

    /// <summary>The answer as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, JobJson.Default.ShardResult);
}
