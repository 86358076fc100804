using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pomona.Contracts;

namespace Pomona.Storage;

/// <summary>Which process writes an output.</summary>
/// <param name="Host">The machine's name.</param>
/// <param name="Process">The process id on that machine.</param>
/// <param name="Since">When it took the lock, UTC.</param>
/// <param name="Alive">Its last sign of life, UTC.</param>
internal sealed record WriterIdentity(string Host, int Process, DateTimeOffset Since, DateTimeOffset Alive)
{
    /// <summary>This process, now.</summary>
    public static WriterIdentity Current(TimeProvider time)
    {
        var now = time.GetUtcNow();
        return new WriterIdentity(Environment.MachineName, Environment.ProcessId, now, now);
    }

    /// <summary>Reads what another process wrote; null when it is not readable.</summary>
    public static WriterIdentity? TryParse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, StorageJson.Default.WriterIdentity);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The refusal of a second writer.</summary>
    public static PomonaException Conflict(string output, WriterIdentity? who, Exception? cause = null) => new(
        ExitCode.Conflict,
        who is null
            ? $"another process is writing {output}: wait until it has ended, or choose another --output."
            : string.Create(
                CultureInfo.InvariantCulture,
                $"process {who.Process} on {who.Host} has been writing {output} since {who.Since:yyyy-MM-dd HH:mm:ss} UTC: "
                + $"wait until it has ended, or choose another --output."),
        cause);

    /// <summary>As JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, StorageJson.Default.WriterIdentity);
}

/// <summary>How a lock is written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WriterIdentity))]
internal sealed partial class StorageJson : JsonSerializerContext;
