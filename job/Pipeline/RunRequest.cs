using Pomona.Contracts;
using Pomona.Vision.Imaging;

namespace Pomona.Job.Pipeline;

/// <summary>What a person (or the workflow's step) asks of a run.</summary>
internal sealed record RunRequest
{
    /// <summary>A folder of images or an <c>s3://</c> prefix.</summary>
    public required string Input { get; init; }

    /// <summary>The run's folder, local or in S3.</summary>
    public required string Output { get; init; }

    /// <summary>How many components to keep at most, or of which share of the variance.</summary>
    public required ComponentCount Components { get; init; }

    /// <summary>The folder of a finished run whose scaler and components are kept; null for a fit, or for what the snapshot says.</summary>
    public string? Basis { get; init; }

    /// <summary>A model file; null for the order of docs/models.md.</summary>
    public string? Model { get; init; }

    /// <summary>The filter that brings images to the model's size.</summary>
    public required ResizeFilter Resize { get; init; }

    public required int ShardSize { get; init; }

    /// <summary>Threads that infer in this process.</summary>
    public required int Threads { get; init; }

    /// <summary>Turn images as their EXIF orientation says.</summary>
    public bool HonourOrientation { get; init; } = true;

    /// <summary>How much of an image is decoded.</summary>
    public DecodeMode Decode { get; init; }

    /// <summary>Larger images are rejected before they are decoded.</summary>
    public required double MaxMegapixels { get; init; }

    /// <summary>The first folder whose images are for testing alone; null for what the folders' names say.</summary>
    public string? TestSplit { get; init; }

    /// <summary>For how long nothing may be seen of Spark's executors while images are extracted.</summary>
    public TimeSpan ExecutorPatience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Remove what an earlier run left under the output, instead of going on from it.</summary>
    public bool Restart { get; init; }

    /// <summary>The folder of a finished run, from which what is unchanged is taken over; null for none.</summary>
    public string? Since { get; init; }

    /// <summary>Take the plan that is in the output as it is; do not list the input.</summary>
    public bool UseSnapshot { get; init; }

    /// <summary>The waiting workflow step's, for FinishRun; never logged.</summary>
    public string? TaskToken { get; init; }

    /// <summary>The EMR cluster's, for the marker.</summary>
    public string? ClusterId { get; init; }

    /// <summary>The workflow's execution, for the marker.</summary>
    public string? ExecutionArn { get; init; }
}
