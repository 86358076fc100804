using System.Globalization;

namespace Pomona.Contracts;

/// <summary>
/// Where everything of one run is, relative to the run's folder: <c>runs/&lt;data set&gt;/&lt;run&gt;/</c> in the bucket,
/// or the folder given as <c>--output</c> on a laptop.
/// </summary>
public static class RunLayout
{
    /// <summary>The marker: JSON (<see cref="RunMarker"/>), written last. Nothing else is ever named so.</summary>
    public const string Marker = "_SUCCESS";

    /// <summary>The snapshot's head (<see cref="RunPlan"/>), written after all manifests.</summary>
    public const string Plan = Manifests + "plan.json";

    /// <summary>The folder of manifests and plan.</summary>
    public const string Manifests = "manifest/";

    /// <summary>The folder of what extraction saw of images besides their features.</summary>
    public const string CuesFolder = "cues/";

    /// <summary>The folder of features.</summary>
    public const string FeaturesFolder = "features/";

    /// <summary>The folder of components.</summary>
    public const string ComponentsFolder = "components/";

    /// <summary>The folder of what only the job reads.</summary>
    public const string Work = "work/";

    /// <summary>The folder of groups' moments.</summary>
    public const string MomentsFolder = Work + "moments/";

    /// <summary>The folder of what the fit found, as JSON and ONNX.</summary>
    public const string Models = "model/";

    /// <summary>One line of JSON (<see cref="RejectedImage"/>) per image that gave no features.</summary>
    public const string Rejected = "rejected.jsonl";

    /// <summary>One line of JSON (<see cref="Finding"/>) per thing that may be wrong with an image, the most sure first.</summary>
    public const string Quality = "quality.jsonl";

    /// <summary>
    /// The marker's summary (<see cref="RunSummary"/>), under a name that Spark reads: it passes over
    /// every path that begins with <c>_</c>, also one that is named.
    /// </summary>
    public const string Summary = "summary.json";

    /// <summary>The page a person looks at.</summary>
    public const string Report = "report.html";

    /// <summary>Scaler and components as JSON.</summary>
    public const string PcaJson = Models + "pca.json";

    /// <summary>ONNX: features → components.</summary>
    public const string ComponentsModel = Models + "features-to-components.onnx";

    /// <summary>ONNX: image tensor → components.</summary>
    public const string ImageModel = Models + "image-to-components.onnx";

    /// <summary>ONNX: image tensor → the classes' probabilities, and the components; of a run with one class only there is none.</summary>
    public const string ClassModel = Models + "image-to-class.onnx";

    /// <summary>The classes' names, in the order of <see cref="ClassModel"/>'s probabilities: a JSON array of texts.</summary>
    public const string Labels = Models + "labels.json";

    /// <summary>What the run was asked for; a second run with other settings is refused.</summary>
    public const string Settings = Work + "settings.json";

    /// <summary>Which images get a thumbnail while they are extracted; removed once the run is published.</summary>
    public const string Sample = Work + "sample.json";

    /// <summary>Which task of the workflow waits for the run (<see cref="Contracts.WaitingTask"/>); none on a laptop.</summary>
    public const string WaitingTask = Work + "waiting-task.json";

    /// <summary>The folder in which the run keeps which files it wrote: its tree mirrors the output's.</summary>
    public const string Ledger = Work + "ledger/";

    /// <summary>The folder of what is known of shards while they are worked on.</summary>
    public const string ShardNotes = Work + "shards/";

    private const string Shard = "shard-";
    private const string SlowEnd = ".slow.json";
    private const string ProgressEnd = ".progress.json";
    private const string PageEnd = ".page.json";
    private const string AnnouncementEnd = ".about.json";

    /// <summary>Held by the process that writes this run.</summary>
    public const string Lock = Work + "lock.json";

    /// <summary>
    /// The folders that hold a run's files, in the order in which they are made: all that a run writes is in them, or is
    /// <see cref="Sample"/>, <see cref="Rejected"/>, <see cref="Quality"/>, <see cref="Report"/>, <see cref="Summary"/> or <see cref="Marker"/>.
    /// </summary>
    public static IReadOnlyList<string> Folders { get; } =
        [Manifests, CuesFolder, FeaturesFolder, MomentsFolder, Models, ComponentsFolder];

    /// <summary>Of shard i: one line of JSON (<see cref="ManifestEntry"/>) per image.</summary>
    public static string Manifest(int shard) => Numbered(Manifests + Shard, shard, ".jsonl");

    /// <summary>Of shard i: image, label, features.</summary>
    public static string Features(int shard) => Numbered(FeaturesFolder + Shard, shard, ".parquet");

    /// <summary>
    /// Of shard i: what extraction saw of each image besides its features: size, 16 × 16 pixels, brightness, sharpness, a hash
    /// of its content, and of some a thumbnail.
    /// </summary>
    public static string Cues(int shard) => Numbered(CuesFolder + Shard, shard, ".parquet");

    /// <summary>Of shard i: image, label, components.</summary>
    public static string Components(int shard) => Numbered(ComponentsFolder + Shard, shard, ".parquet");

    /// <summary>Of group g of shards: its moments; removed once the run is published.</summary>
    public static string Moments(int group) => Numbered(MomentsFolder + "group-", group, ".bin");

    /// <summary>Of shard i: its images that took too long to decode, which whoever works on it passes over.</summary>
    public static string Slow(int shard) => Numbered(ShardNotes + Shard, shard, SlowEnd);

    /// <summary>Of shard i: a sign, once a minute, that its images go on; removed with the shard's end.</summary>
    public static string Progress(int shard) => Numbered(ShardNotes + Shard, shard, ProgressEnd);

    /// <summary>Whether a key is <see cref="Slow"/>'s.</summary>
    public static bool IsSlow(string key) => IsNumbered(key, ShardNotes + Shard, SlowEnd);

    /// <summary>Whether a key is <see cref="Progress"/>'s.</summary>
    public static bool IsProgress(string key) => IsNumbered(key, ShardNotes + Shard, ProgressEnd);

    /// <summary>
    /// The ledger's page of a file: that the run wrote it, its size and hash; written after the file, so that its presence
    /// says that the file was there and whole. Of cues and features also their shard's counts and rejects.
    /// </summary>
    public static string PageOf(string key) => Ledger + key + PageEnd;

    /// <summary>What the run is about to write as that file: size and hash, before the first byte of it is there.</summary>
    public static string AnnouncementOf(string key) => Ledger + key + AnnouncementEnd;

    /// <summary>The file that a page or an announcement of the ledger is about.</summary>
    /// <param name="key">The page's key, below <see cref="Ledger"/>.</param>
    /// <param name="isAnnouncement">Which of the two it is.</param>
    /// <returns>Null when the key is neither's.</returns>
    public static string? FileOfPage(string key, out bool isAnnouncement)
    {
        ArgumentNullException.ThrowIfNull(key);
        isAnnouncement = key.EndsWith(AnnouncementEnd, StringComparison.Ordinal);
        var end = isAnnouncement ? AnnouncementEnd : PageEnd;
        return key.StartsWith(Ledger, StringComparison.Ordinal) && key.EndsWith(end, StringComparison.Ordinal)
            ? key[Ledger.Length..^end.Length]
            : null;
    }

    /// <summary>
    /// Whether a run writes files of this name, whatever its number of shards. Other files may lie beside them; one of such
    /// a name that the run did not write would be taken for a part of it.
    /// </summary>
    public static bool IsOfRun(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key is Marker or Plan or Rejected or Quality or Report or Summary or PcaJson or ComponentsModel or ImageModel or ClassModel or Labels or Sample
            || IsNumbered(key, Manifests + Shard, ".jsonl")
            || IsNumbered(key, CuesFolder + Shard, ".parquet")
            || IsNumbered(key, FeaturesFolder + Shard, ".parquet")
            || IsNumbered(key, ComponentsFolder + Shard, ".parquet")
            || IsNumbered(key, MomentsFolder + "group-", ".bin");
    }

    private static bool IsNumbered(string key, string prefix, string suffix)
        => key.Length >= prefix.Length + 5 + suffix.Length
            && key.StartsWith(prefix, StringComparison.Ordinal)
            && key.EndsWith(suffix, StringComparison.Ordinal)
            && !key.AsSpan(prefix.Length, key.Length - prefix.Length - suffix.Length).ContainsAnyExceptInRange('0', '9');

    private static string Numbered(string prefix, int number, string suffix)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        return prefix + number.ToString("D5", CultureInfo.InvariantCulture) + suffix;
    }
}
