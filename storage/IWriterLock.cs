using System.Globalization;
using System.Text.Json.Serialization;
using Pomona.Contracts;

namespace Pomona.Storage;

/// <summary>
/// Being the only writer of an output. Disposing of it gives it up; that this fails is no failure of the run: a lock whose
/// holder has ended is given to the next one anyway.
/// </summary>
public interface IWriterLock : IAsyncDisposable
{
    /// <summary>Is cancelled when another process has taken the output over, and this one must not write any more.</summary>
    CancellationToken Lost { get; }
}

/// <summary>Which process writes an output: what its lock says.</summary>
/// <param name="Host">The machine's name.</param>
/// <param name="Process">The process id on that machine.</param>
/// <param name="Since">When it took the lock, UTC.</param>
/// <param name="Alive">Its last sign of life, UTC.</param>
internal sealed record WriterIdentity(string Host, int Process, DateTimeOffset Since, DateTimeOffset Alive)
{
    public static WriterIdentity Current(TimeProvider time)
    {
        var now = time.GetUtcNow();
        return new WriterIdentity(Environment.MachineName, Environment.ProcessId, now, now);
    }

    public static PomonaException Conflict(string output, WriterIdentity? who, Exception? cause = null) => new(
        ExitCode.Conflict,
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
