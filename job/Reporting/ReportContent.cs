using Pomona.Contracts;
using Pomona.Job.Evaluation;
using Pomona.Job.Quality;
using Pomona.Job.Runs;
using Pomona.Vision.Imaging;

namespace Pomona.Job.Reporting;

/// <summary>Everything that <see cref="ReportPage"/> shows of a run.</summary>
/// <param name="Name">The run's.</param>
/// <param name="FinishedAt">When the page was made.</param>
/// <param name="Totals">What all images gave; the page shows 200 of the rejected ones at most.</param>
/// <param name="PassedOver">Files of the input that are not images by name.</param>
/// <param name="Doubts">What may be wrong with the classes; null when nothing seems to be.</param>
/// <param name="ExplainedVarianceRatio">Each component's share of the variance, largest first, 0 to 1.</param>
/// <param name="Basis">Whose components they are; null for these images' own.</param>
/// <param name="FeatureWidth">Numbers per image before the reduction.</param>
/// <param name="Sample">The images shown and measured.</param>
/// <param name="Classifier">The classifier that the run publishes, or why it has none.</param>
/// <param name="Quality">Images that may be wrong.</param>
/// <param name="Timings">The stages, in order.</param>
/// <param name="Settings">What the run was asked for, to be shown as it is.</param>
/// <param name="Model">What is known of the network, to be shown as it is.</param>
internal sealed record ReportContent(
    RunName Name,
    DateTimeOffset FinishedAt,
    RunTotals Totals,
    PassedOver PassedOver,
    ClassDoubts? Doubts,
    double[] ExplainedVarianceRatio,
    ReportBasis? Basis,
    int FeatureWidth,
    EvaluatedSample Sample,
    PublishedClassifier Classifier,
    ReportQuality Quality,
    IReadOnlyList<StageTiming> Timings,
    IReadOnlyList<(string Name, string Value)> Settings,
    IReadOnlyList<(string Name, string Value)> Model);

/// <summary>The earlier run whose scaler and components a run has kept, and how well they still fit.</summary>
/// <param name="Run">Its folder.</param>
/// <param name="Images">How many images they were fitted to.</param>
/// <param name="OwnVarianceShare">What as many components of this run's own would keep of the variance, 0 to 1.</param>
internal sealed record ReportBasis(string Run, long Images, double OwnVarianceShare);

/// <summary>What may be wrong with a run's images, as the page shows it.</summary>
/// <param name="Kinds">Each kind that was found.</param>
/// <param name="Pictures">Of the images that are shown, by key; one whose picture is not there is named only.</param>
/// <param name="Examined">How many images were looked through; of fewer than the run has, a sample.</param>
/// <param name="Notes">What was not looked through, as sentences.</param>
internal sealed record ReportQuality(
    IReadOnlyList<FindingExcerpt> Kinds, IReadOnlyDictionary<string, ReportPicture> Pictures, long Examined, IReadOnlyList<string> Notes);

/// <summary>An image's picture on the page.</summary>
/// <param name="Bytes">A thumbnail as JPEG, or the small picture of 16 × 16 pixels as <see cref="ImageCues"/> has it.</param>
/// <param name="IsThumbnail">Which of the two.</param>
/// <param name="Width">The image's columns.</param>
/// <param name="Height">Its rows.</param>
internal sealed record ReportPicture(byte[] Bytes, bool IsThumbnail, int Width, int Height);

/// <summary>How long a stage of the run took.</summary>
/// <param name="Stage">Its name: plan, extract, fit, reduce, publish.</param>
/// <param name="Seconds">Wall-clock seconds.</param>
/// <param name="Note">What its name does not say of it, or empty: "images that may be wrong".</param>
internal sealed record StageTiming(string Stage, double Seconds, string Note);
