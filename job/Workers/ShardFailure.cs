using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Pomona.Contracts;
using Pomona.Job.Pipeline;
using Pomona.Storage;

namespace Pomona.Job.Workers;

/// <summary>
/// Why a shard's work failed: written by the worker into its exception's message as one line that no other text looks like,
/// found again by the driver in whatever Spark and the JVM have put around it, and thrown there as what the local engine
/// would have thrown, with the shard's name in front.
/// </summary>
/// <param name="Stage">The stage.</param>
/// <param name="Number">The shard or group.</param>
/// <param name="Image">The image it was at, where the failure is one image's.</param>
/// <param name="Kind">The exception's type.</param>
/// <param name="Reason">Its message.</param>
/// <param name="Fault">Of a store's failure: which.</param>
/// <param name="Code">Of an error that a person can do something about: the exit code.</param>
internal sealed partial record ShardFailure(
    string Stage,
    long Number,
    string? Image,
    string Kind,
    string Reason,
    StoreFault? Fault,
    ExitCode? Code)
{
    private const string Mark = "pomona-shard-failure";

    public static ShardFailure Of(string stage, long number, Exception failure) => new(
        stage,
        number,
        (failure as ImageFailedException)?.Image,
        (failure is ImageFailedException { InnerException: { } cause } ? cause : failure).GetType().Name,
        OneLine((failure is ImageFailedException { InnerException: { } inner } ? inner : failure).Message),
        (failure as InputException)?.Fault ?? (failure as StoreException)?.Fault,
        (failure as PomonaException)?.Code);

    /// <summary>The failure that a text from Spark tells of; null when it tells of none, so that Spark itself failed.</summary>
    public static ShardFailure? Find(string text)
    {
        // The last one: Spark quotes the most recent attempt after the job's own history.
        if (Line().Matches(text) is not [.., var line])
            return null;

        return JsonText.TryRead(line.Groups["json"].Value, ShardFailureJson.Default.ShardFailure);
    }

    /// <summary>The failure as one line of ASCII: JSON with everything else escaped.</summary>
    public string ToLine() => $"<{Mark}>{JsonSerializer.Serialize(this, ShardFailureJson.Default.ShardFailure)}</{Mark}>";

    /// <summary>What the local engine would have thrown.</summary>
    /// <param name="cause">What it was told by.</param>
    /// <param name="logs">Whose logs hold the rest, with the verb.</param>
    public Exception ToException(Exception cause, string logs = "the executors' logs hold")
    {
        var where = Image is null ? $"{Stage} of shard {Number}" : $"{Stage} of shard {Number}, image '{Printable.Excerpt(Image)}'";
        return (Fault, Code, Kind) switch
        {
            ({ } fault, _, nameof(InputException)) => new InputException(fault, $"{where}: {Reason}", cause),
            ({ } fault, _, _) => new StoreException(fault, $"{where}: {Reason}", cause),
            (_, { } code, _) => new PomonaException(code, $"{where}: {Reason}", cause),
            (_, _, nameof(InvalidDataException)) => new InvalidDataException($"{where}: {Reason}", cause),
            _ => new PomonaException(
                ExitCode.Fault,
                $"{where} failed on every attempt: {Kind}: {Reason.TrimEnd('.')}; {logs} the stack traces.",
                cause),
        };
    }

    // A library that is not found is told with a line for each place that was looked at.
    private static string OneLine(string message) => string.Join(' ', message.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    [GeneratedRegex($"<{Mark}>(?<json>\\{{[ -~]*?\\}})</{Mark}>", RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}

/// <summary>A shard's work failed in a worker. Its message is all that reaches the driver, as text within Spark's own.</summary>
internal sealed class ShardFailedException(ShardFailure failure, Exception cause) : Exception(failure.ToLine(), cause);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ShardFailure))]
internal sealed partial class ShardFailureJson : JsonSerializerContext;
