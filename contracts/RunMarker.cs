using System.Text.Json.Serialization;

namespace Pomona.Contracts;

/// <summary>
/// The marker: <see cref="RunLayout.Marker"/>, written last, whose appearance ends a run. FinishRun reads it, answers the
/// workflow with <see cref="Summary"/> under the token of <see cref="WaitingTask"/>, and, when the workflow is gone, terminates
/// <see cref="ClusterId"/> itself. It is published with the results, and holds no secret.
/// </summary>
/// <param name="Version">The marker's form; readers refuse another than <see cref="CurrentVersion"/> and <see cref="VersionWithToken"/>.</param>
/// <param name="Summary">What the run did.</param>
/// <param name="ClusterId">The EMR cluster that ran the job, or null on a laptop.</param>
/// <param name="ExecutionArn">The workflow's execution, or null on a laptop.</param>
/// <param name="FinishedAt">When the marker was written, UTC.</param>
/// <param name="EarlierToken">The waiting step's token where a node of an earlier version wrote the marker; else null. Never logged.</param>
public sealed record RunMarker(
    int Version,
    RunSummary Summary,
    string? ClusterId,
    string? ExecutionArn,
    DateTimeOffset FinishedAt,
    [property: JsonPropertyName("taskToken")] string? EarlierToken = null)
{
    /// <summary>The form described here.</summary>
    public const int CurrentVersion = 2;

    /// <summary>The most bytes of a marker that are read: a real one is about 1 KB, and 3 KB where an earlier version wrote it.</summary>
    public const int LargestFile = 64 * 1024;

    /// <summary>The form in which the marker held the token: written by clusters that were rented before the stack was updated.</summary>
    public const int VersionWithToken = 1;

    /// <summary>Reads a marker; null when the text is none, of another version, or of numbers that no run has.</summary>
    public static RunMarker? TryParse(ReadOnlySpan<byte> json) => JsonText.TryRead(json, ContractJson.Readable.RunMarker) is
    {
        Version: CurrentVersion or VersionWithToken,
        Summary:
        {
            Images: >= 0, Rejected: >= 0, Labels: >= 0, Shards: >= 0, Features: >= 0, Components: >= 0, ExplainedVariance: >= 0 and <= 1,
            Test: null or { Images: >= 0, Accuracy: null or (>= 0 and <= 1) },
        },
    } marker
        ? marker with { EarlierToken = marker.Version == VersionWithToken ? marker.EarlierToken : null }
        : null;
}
