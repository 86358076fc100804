using System.Text.Json;
using Pomona.Contracts;

namespace Pomona.Shards;

/// <summary>What the workflow says to <see cref="RunShards"/>; docs/workflow-contract.md has it.</summary>
/// <param name="Do"><see cref="Next"/>, <see cref="Work"/> or <see cref="Explain"/>.</param>
/// <param name="Dataset">The data set.</param>
/// <param name="Run">The run.</param>
/// <param name="InputUri">The data set's folder.</param>
/// <param name="OutputUri">The run's folder.</param>
/// <param name="Components">How many components to keep at most, or of which share of the variance.</param>
/// <param name="ExifRotation"><see cref="JobArguments.On"/> or <see cref="JobArguments.Off"/>.</param>
/// <param name="Decode"><see cref="JobArguments.Exact"/> or <see cref="JobArguments.Scaled"/>.</param>
/// <param name="Artifacts">The bundle that holds the model.</param>
/// <param name="ExecutionArn">The execution that calls.</param>
/// <param name="ShardsPerBatch">Of <see cref="Next"/>: how many shards one call is to extract, 1 or more.</param>
/// <param name="Round">Of <see cref="Next"/>: 0 in an execution's first call, else the last answer's.</param>
/// <param name="Stages">Of <see cref="Next"/>: the last answer's; null in the first call.</param>
/// <param name="Stage">Of a batch: extract, fit or reduce.</param>
/// <param name="From">Of a batch: its first number.</param>
/// <param name="To">Of a batch: the number after its last.</param>
/// <param name="Error">Of <see cref="Explain"/>: what Step Functions says of the batch that failed.</param>
public sealed record ShardsRequest(
    string Do,
    DatasetName Dataset,
    RunId Run,
    string InputUri,
    string OutputUri,
    ComponentCount Components,
    string ExifRotation,
    string Decode,
    string Artifacts,
    string? ExecutionArn = null,
    int ShardsPerBatch = 1,
    int Round = 0,
    IReadOnlyList<StageTime>? Stages = null,
    string? Stage = null,
    int From = 0,
    int To = 0,
    JsonElement? Error = null)
{
    /// <summary>Go on with the run as far as it goes, and say which shards are left to work on.</summary>
    public const string Next = "next";

    /// <summary>Work on a batch.</summary>
    public const string Work = "work";

    /// <summary>Say in a sentence what became of a batch that failed for good.</summary>
    public const string Explain = "explain";
}

/// <summary>What <see cref="RunShards"/> answers; which members mean something depends on the verdict.</summary>
/// <param name="Verdict"><see cref="WorkLeft"/>, <see cref="Finished"/>, <see cref="Done"/>, <see cref="More"/> or <see cref="Failed"/>.</param>
/// <param name="Stage">The stage that work is left of, or that was worked on.</param>
/// <param name="Round">For the next call of <see cref="ShardsRequest.Next"/>.</param>
/// <param name="Batches">What is left, cut into calls.</param>
/// <param name="Stages">For the next call of <see cref="ShardsRequest.Next"/>.</param>
/// <param name="Summary">What the finished run did.</param>
/// <param name="From">Of a batch: the first number that is left.</param>
/// <param name="To">Of a batch: the number after its last.</param>
/// <param name="Reason">Why a batch failed, for people.</param>
public sealed record ShardsAnswer(
    string Verdict,
    string? Stage = null,
    int Round = 0,
    IReadOnlyList<ShardBatch>? Batches = null,
    IReadOnlyList<StageTime>? Stages = null,
    RunSummary? Summary = null,
    int From = 0,
    int To = 0,
    string? Reason = null)
{
    /// <summary>Batches are left.</summary>
    public const string WorkLeft = "work";

    /// <summary>The run is published, and its marker written.</summary>
    public const string Finished = "finished";

    /// <summary>The batch is done.</summary>
    public const string Done = "done";

    /// <summary>Time ran out: the batch is to be called again from <see cref="From"/> on.</summary>
    public const string More = "more";

    /// <summary>The batch cannot be done; <see cref="Reason"/> says why.</summary>
    public const string Failed = "failed";
}
