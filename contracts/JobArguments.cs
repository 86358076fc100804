namespace Pomona.Contracts;

/// <summary>The job's command-line options that the workflow's step passes; <c>pomona run --help</c> describes them all.</summary>
public static class JobArguments
{
    /// <summary>The data set's root comes first, without a name: <c>s3://bucket/datasets/fruits/</c>.</summary>
    public const string Command = "run";

    /// <summary>The run's folder: <c>s3://bucket/runs/fruits/&lt;run&gt;/</c>.</summary>
    public const string Output = "--output";

    /// <summary>How many components to keep.</summary>
    public const string Components = "--components";

    /// <summary>
    /// <see cref="On"/>: images are turned upright, as their EXIF orientation says; <see cref="Off"/>: they are taken as they
    /// are stored, for comparison with readers that ignore it.
    /// </summary>
    public const string ExifRotation = "--exif-rotation";

    /// <summary>As an option's value.</summary>
    public const string On = "on";

    /// <summary>As an option's value.</summary>
    public const string Off = "off";

    /// <summary>
    /// <see cref="Exact"/>: every pixel is decoded; <see cref="Scaled"/>: large JPEGs are decoded at a scale that is enough,
    /// in a fraction of the time and with slightly other features.
    /// </summary>
    public const string Decode = "--decode";

    /// <summary>As the value of <see cref="Decode"/>.</summary>
    public const string Exact = "exact";

    /// <summary>As the value of <see cref="Decode"/>.</summary>
    public const string Scaled = "scaled";

    /// <summary>A finished run's folder, whose scaler and components are kept instead of a fit.</summary>
    public const string Basis = "--basis";

    /// <summary>The first folder whose images are for testing alone; the workflow says it to PlanRun, whose plan says it to the job.</summary>
    public const string TestSplit = "--test-split";

    /// <summary><c>local</c> or <c>spark</c>.</summary>
    public const string Engine = "--engine";

    /// <summary>
    /// For how many minutes nothing may be seen of Spark's executors while images are extracted, before the run ends and says so:
    /// 1 to <see cref="MostExecutorMinutes"/>.
    /// </summary>
    public const string ExecutorMinutes = "--executor-minutes";

    /// <summary>Below the 15 minutes after which heartbeats stop: the run is to end with its cause, not for want of them.</summary>
    public const int MostExecutorMinutes = 14;

    /// <summary>
    /// A finished run's folder: what is unchanged since is taken over from it. Not beside <see cref="UseSnapshot"/>, whose plan says by
    /// itself what is (<see cref="RunPlan.Since"/>).
    /// </summary>
    public const string Since = "--since";

    /// <summary>
    /// A flag: take the snapshot (manifests and plan) that PlanRun wrote into the output as it is, and do not list the
    /// input, which may have grown since.
    /// </summary>
    public const string UseSnapshot = "--use-snapshot";

    /// <summary>The waiting step's Step Functions token; heartbeats go to it, and FinishRun finds it in <see cref="RunLayout.WaitingTask"/>.</summary>
    public const string TaskToken = "--task-token";

    /// <summary>The EMR cluster's id, for the marker.</summary>
    public const string ClusterId = "--cluster-id";

    /// <summary>The execution's ARN, for the marker.</summary>
    public const string ExecutionArn = "--execution-arn";
}
