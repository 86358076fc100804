using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pomona.Job.Engines.Spark;

/// <summary>The functions that Spark's tasks run, and what they say when they fail: the engine's only link to the work.</summary>
internal interface ISparkTasks
{
    /// <summary>
    /// The function of one piece of work: number → <see cref="ShardResult"/> as JSON. Spark sends the worker the name of its
    /// method and the values of its object's fields.
    /// </summary>
    /// <param name="work">The work's name.</param>
    /// <param name="settings">Its settings.</param>
    Func<long, string> TaskOf(string work, string settings);

    /// <summary>The task's failure that a text from Spark tells of; null when it tells of none, so that Spark itself failed.</summary>
    /// <param name="told">All that Spark says of the failure.</param>
    /// <param name="cause">What was thrown here.</param>
    Exception? FailureIn(string told, Exception cause);
}

/// <summary>What a task answers to the driver; all else is in the store.</summary>
/// <param name="Number">The shard or group.</param>
/// <param name="Seconds">How long this attempt took; next to nothing where an earlier one had done the work.</param>
internal sealed record ShardResult(int Number, double Seconds)
{
    /// <summary>Reads an answer that <see cref="ToJson"/> wrote.</summary>
    public static ShardResult FromJson(string json)
        => JsonSerializer.Deserialize(json, ShardResultJson.Default.ShardResult) ?? throw new JsonException("the answer is null");

    public string ToJson() => JsonSerializer.Serialize(this, ShardResultJson.Default.ShardResult);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ShardResult))]
internal sealed partial class ShardResultJson : JsonSerializerContext;
