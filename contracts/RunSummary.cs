namespace Pomona.Contracts;

/// <summary>
/// What a finished run did: part of the marker, the workflow's task output, and the "finished" mail. It is read back from
/// files and answers that others may have written: however it is made, its texts are a line each and short.
/// </summary>
/// <param name="Dataset">The data set's name, or the input folder's on a laptop.</param>
/// <param name="Run">The run's id, or the output's name on a laptop.</param>
/// <param name="Images">Images that gave features.</param>
/// <param name="Rejected">Images that did not.</param>
/// <param name="Labels">Distinct classes among the images.</param>
/// <param name="Shards">Parts of the output.</param>
/// <param name="Features">Numbers per image before reduction.</param>
/// <param name="Components">Numbers per image after it.</param>
/// <param name="ExplainedVariance">The share of the variance that the components explain together, 0 to 1.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Seconds">Wall-clock seconds from plan to marker, of the process that wrote the marker.</param>
/// <param name="Report">Where the report is: an s3:// address or a path.</param>
/// <param name="PassedOver">What of the input was skipped; null when nothing was.</param>
/// <param name="Doubts">What may be wrong with the classes; null when nothing seems to be.</param>
/// <param name="TakenOver">How many of the images were taken over from an earlier run; null when none was.</param>
public sealed record RunSummary(
    string Dataset,
    string Run,
    long Images,
    long Rejected,
    int Labels,
    int Shards,
    int Features,
    int Components,
    double ExplainedVariance,
    string Model,
    double Seconds,
    string Report,
    PassedOver? PassedOver = null,
    ClassDoubts? Doubts = null,
    long? TakenOver = null)
{
    /// <summary>Of the images for testing alone; null when none are.</summary>
    public TestResult? Test { get; init; }

    private const int LongestName = 80;

    /// <summary>The longest path of Linux.</summary>
    private const int LongestAddress = 4096;

    /// <inheritdoc cref="RunSummary" path="/param[@name='Dataset']"/>
    public string Dataset { get; init => field = Printable.Excerpt(value, LongestName); } = Printable.Excerpt(Dataset, LongestName);

    /// <inheritdoc cref="RunSummary" path="/param[@name='Run']"/>
    public string Run { get; init => field = Printable.Excerpt(value, LongestName); } = Printable.Excerpt(Run, LongestName);

    /// <inheritdoc cref="RunSummary" path="/param[@name='Model']"/>
    public string Model { get; init => field = Printable.Excerpt(value, LongestName); } = Printable.Excerpt(Model, LongestName);

    /// <inheritdoc cref="RunSummary" path="/param[@name='Report']"/>
    public string Report { get; init => field = Printable.Excerpt(value, LongestAddress); } = Printable.Excerpt(Report, LongestAddress);

    /// <inheritdoc cref="RunSummary" path="/param[@name='Seconds']"/>
    public double Seconds { get; init => field = Lasting(value); } = Lasting(Seconds);

    /// <summary>No run lasts for more than 30 years; more would be no time span either.</summary>
    private static double Lasting(double seconds) => double.IsNaN(seconds) ? 0 : Math.Clamp(seconds, 0, 1e9);
}
