using Pomona.Contracts;
using Pomona.Job.Evaluation;

namespace Pomona.Job.Reporting;

/// <summary>Everything that <see cref="ReportPage"/> shows of a run.</summary>
/// <param name="Dataset">The data set's name, or the input folder's.</param>
/// <param name="Run">The run's id, or the output folder's name.</param>
/// <param name="FinishedAt">When the page was made.</param>
/// <param name="ImagesPerLabel">Images that gave features, of each class.</param>
/// <param name="RejectedPerLabel">Images that did not, of each class that has any.</param>
/// <param name="Images">Images that gave features.</param>
/// <param name="RejectedCount">Images that did not.</param>
/// <param name="RejectedExcerpt">Some of these, with their reasons; the page shows 200 at most.</param>
/// <param name="RejectReasons">How many images were rejected for each reason.</param>
/// <param name="ExplainedVarianceRatio">Each component's share of the variance, largest first, 0 to 1.</param>
/// <param name="FeatureWidth">Numbers per image before the reduction.</param>
/// <param name="SkippedFiles">Files of the input that are not images by name.</param>
/// <param name="Sample">The images shown and measured.</param>
/// <param name="SampleSeed">The seed they were chosen with.</param>
/// <param name="SampleIsEverything">Whether they are all images of the run.</param>
/// <param name="Separation">How well the classes separate, or null where that cannot be measured.</param>
/// <param name="SeparationSkippedBecause">Then a sentence that says why.</param>
/// <param name="Timings">The stages, in order.</param>
/// <param name="Settings">What the run was asked for, to be shown as it is.</param>
/// <param name="Model">What is known of the network, to be shown as it is.</param>
internal sealed record ReportContent(
    string Dataset,
    string Run,
    DateTimeOffset FinishedAt,
    IReadOnlyDictionary<string, long> ImagesPerLabel,
    IReadOnlyDictionary<string, long> RejectedPerLabel,
    long Images,
    long RejectedCount,
    IReadOnlyList<RejectedImage> RejectedExcerpt,
    IReadOnlyDictionary<string, long> RejectReasons,
    double[] ExplainedVarianceRatio,
    int FeatureWidth,
    long SkippedFiles,
    IReadOnlyList<ReportSample> Sample,
    int SampleSeed,
    bool SampleIsEverything,
    SeparationReport? Separation,
    string? SeparationSkippedBecause,
    IReadOnlyList<StageTiming> Timings,
    IReadOnlyList<(string Name, string Value)> Settings,
    IReadOnlyList<(string Name, string Value)> Model);
