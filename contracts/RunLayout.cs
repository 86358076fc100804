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
    public const string Plan = "manifest/plan.json";

    /// <summary>The folder of manifests and plan.</summary>
    public const string Manifests = "manifest/";

    /// <summary>One line of JSON (<see cref="RejectedImage"/>) per image that gave no features.</summary>
    public const string Rejected = "rejected.jsonl";

    /// <summary>
    /// The marker's summary (<see cref="RunSummary"/>) without its secrets, under a name that Spark reads: it passes over
    /// every path that begins with <c>_</c>, also one that is named.
    /// </summary>
    public const string Summary = "summary.json";

    /// <summary>The page a person looks at.</summary>
    public const string Report = "report.html";

    /// <summary>Scaler and components as JSON.</summary>
    public const string PcaJson = "model/pca.json";

    /// <summary>ONNX: features → components.</summary>
    public const string ComponentsModel = "model/features-to-components.onnx";

    /// <summary>ONNX: image tensor → components.</summary>
    public const string ImageModel = "model/image-to-components.onnx";

    /// <summary>What the run was asked for; a second run with other settings is refused.</summary>
    public const string Settings = "work/settings.json";

    /// <summary>Held by the process that writes this run.</summary>
    public const string Lock = "work/lock.json";

    /// <summary>Of shard i: one line of JSON (<see cref="ManifestEntry"/>) per image.</summary>
    public static string Manifest(int shard) => Numbered("manifest/shard-", shard, ".jsonl");

    /// <summary>Of shard i: image, label, features.</summary>
    public static string Features(int shard) => Numbered("features/shard-", shard, ".parquet");

    /// <summary>Of shard i: image, label, components.</summary>
    public static string Components(int shard) => Numbered("components/shard-", shard, ".parquet");

    /// <summary>Of shard i: counts, rejects and timing of its extraction; written after its features.</summary>
    public static string ShardSummary(int shard) => Numbered("work/extract/shard-", shard, ".json");

    /// <summary>Of group g of shards: its moments; removed once the run is published.</summary>
    public static string Moments(int group) => Numbered("work/moments/group-", group, ".bin");

    private static string Numbered(string prefix, int number, string suffix)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        return prefix + number.ToString("D5", CultureInfo.InvariantCulture) + suffix;
    }
}
