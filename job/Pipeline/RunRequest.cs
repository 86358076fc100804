using Pomona.Vision.Imaging;

namespace Pomona.Job.Pipeline;

/// <summary>What a person (or the workflow's step) asks of a run.</summary>
/// <param name="Input">A folder of images or an <c>s3://</c> prefix.</param>
/// <param name="Output">The run's folder, local or in S3.</param>
/// <param name="Components">How many components to keep at most.</param>
/// <param name="Model">A model file; null for the order of docs/models.md.</param>
/// <param name="Resize">The filter that brings images to the model's size.</param>
/// <param name="ShardSize">Images per shard.</param>
/// <param name="Threads">Threads that infer in this process.</param>
/// <param name="HonourOrientation">Turn images as their EXIF orientation says.</param>
/// <param name="MaxMegapixels">Larger images are rejected before they are decoded.</param>
/// <param name="Restart">Remove what an earlier run left under the output, instead of going on from it.</param>
/// <param name="UseSnapshot">Take the plan that is in the output as it is; do not list the input.</param>
/// <param name="TaskToken">For the marker; never logged.</param>
/// <param name="ClusterId">For the marker.</param>
/// <param name="ExecutionArn">For the marker.</param>
internal sealed record RunRequest(
    string Input,
    string Output,
    int Components,
    string? Model,
    ResizeFilter Resize,
    int ShardSize,
    int Threads,
    bool HonourOrientation,
    double MaxMegapixels,
    bool Restart,
    bool UseSnapshot,
    string? TaskToken,
    string? ClusterId,
    string? ExecutionArn);
