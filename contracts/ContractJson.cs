using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pomona.Contracts;

/// <summary>
/// How the contracts are written as JSON: camelCase, nulls left out, UTF-8 without a byte order mark, one line.
/// Unknown members are ignored, so that a newer writer and an older reader get along; only what a person writes by hand
/// (<see cref="ExecutionInput"/>) refuses them.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ManifestEntry))]
[JsonSerializable(typeof(RejectedImage))]
[JsonSerializable(typeof(Finding))]
[JsonSerializable(typeof(RunPlan))]
[JsonSerializable(typeof(RunMarker))]
[JsonSerializable(typeof(RunSummary))]
[JsonSerializable(typeof(WaitingTask))]
[JsonSerializable(typeof(DatasetLock))]
[JsonSerializable(typeof(LatestRun))]
[JsonSerializable(typeof(MisnamedFolder))]
[JsonSerializable(typeof(ExecutionInput))]
public sealed partial class ContractJson : JsonSerializerContext
{
    /// <summary>
    /// The context to use: as <see cref="Default"/>, but letters of every script stay readable in the files (the default
    /// escapes all but ASCII, for HTML's sake; these files are never pasted into HTML).
    /// </summary>
    public static ContractJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
