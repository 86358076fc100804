namespace Pomona.Contracts;

/// <summary>The stages of a run by the names that report, workflow and page have for them, in their order.</summary>
public static class RunStage
{
    /// <summary>Input → manifests.</summary>
    public const string Plan = "plan";

    /// <summary>Shard: images → features.</summary>
    public const string Extract = "extract";

    /// <summary>Group of shards: features → moments, and all of them → components.</summary>
    public const string Fit = "fit";

    /// <summary>Shard: features → their components.</summary>
    public const string Reduce = "reduce";

    /// <summary>Models and report.</summary>
    public const string Publish = "publish";
}

/// <summary>When a stage of a run began, and how long it took: kept by the workflow between two calls of a run that functions do.</summary>
/// <param name="Stage">One of <see cref="RunStage"/>.</param>
/// <param name="Began">When it began, UTC.</param>
/// <param name="Seconds">How long it took; null while it has not ended.</param>
public sealed record StageTime(string Stage, DateTimeOffset Began, double? Seconds);
