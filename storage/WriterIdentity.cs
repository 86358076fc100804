using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pomona.Contracts;

namespace Pomona.Storage;

/// <summary>Which process writes an output: what its lock says.</summary>
/// <param name="Host">The machine's name.</param>
/// <param name="Process">The process id on that machine.</param>
/// <param name="Since">When it took the lock, UTC.</param>
/// <param name="Alive">Its last sign of life, UTC.</param>
/// <param name="Id">
/// What tells it from every other: machines may share a name, and their processes a number. Null of an earlier version's.
/// </param>
internal sealed record WriterIdentity(string Host, int Process, DateTimeOffset Since, DateTimeOffset Alive, string? Id = null)
{
    private const int LongestName = 80;

    /// <inheritdoc cref="WriterIdentity" path="/param[@name='Host']"/>
    public string Host { get; } = Printable.Excerpt(Host, LongestName);

    /// <summary>
    /// What no other machine is called. Lambda's are all called alike, perhaps, and number their processes alike: each writes a log
    /// stream of its own (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html).
    /// </summary>
    public static string Machine => Environment.GetEnvironmentVariable("AWS_LAMBDA_LOG_STREAM_NAME") is { Length: > 0 } stream
        ? Printable.Excerpt(stream, LongestName)
        : Environment.MachineName;

    public static WriterIdentity Current(TimeProvider time)
    {
        var now = time.GetUtcNow();
        return new WriterIdentity(Machine, Environment.ProcessId, now, now, Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));
    }

    /// <summary>Whether this is what a writer leaves, and not some other JSON.</summary>
    public bool IsWriter => !string.IsNullOrEmpty(Host) && Since != default;

    /// <summary>Reads what a writer left; null when the text is something else.</summary>
    public static WriterIdentity? TryParse(ReadOnlySpan<byte> json)
        => JsonText.TryRead(json, StorageJson.Default.WriterIdentity) is { IsWriter: true } writer ? writer : null;

    /// <summary>What stands where a writer's note would is none, and is left alone.</summary>
    public static PomonaException Foreign(string output, string key) => new(
        ExitCode.Conflict, $"{key} in {output} is no lock of Pomona's, and is left alone: move it away, or choose another --output.");

    public static OutputBusyException Conflict(string output, WriterIdentity? who, Exception? cause = null) => new(
        who is null
            ? $"another process is writing {output}: wait until it has ended, or choose another --output."
            : string.Create(
                CultureInfo.InvariantCulture,
                $"process {who.Process} on {who.Host} has been writing {output} since {who.Since:yyyy-MM-dd HH:mm:ss} UTC: "
                + $"wait until it has ended, or choose another --output."),
        cause);
}

/// <summary>How a lock is written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WriterIdentity))]
internal sealed partial class StorageJson : JsonSerializerContext;
