using System.Diagnostics.CodeAnalysis;

namespace Pomona.Contracts;

/// <summary>
/// Where everything is in the bucket. Keys never begin with a slash; prefixes end with one. What lies inside one run is
/// <see cref="RunLayout"/>, which is the same under a local folder.
/// </summary>
public static class BucketLayout
{
    /// <summary>What people upload: <c>datasets/&lt;data set&gt;/&lt;class&gt;/&lt;image&gt;</c>.</summary>
    public const string Datasets = "datasets/";

    /// <summary>What runs write: <c>runs/&lt;data set&gt;/&lt;run&gt;/…</c>.</summary>
    public const string Runs = "runs/";

    /// <summary>Who is running: one object per data set, written conditionally.</summary>
    public const string Locks = "locks/";

    /// <summary>
    /// What nodes need: job, model, worker, bootstrap scripts, notebook. Each bundle is a folder named after the SHA-256 of its
    /// list, <see cref="ArtifactList"/>.
    /// </summary>
    public const string Artifacts = "artifacts/";

    /// <summary>Names the bundle that new runs take.</summary>
    public const string CurrentArtifacts = Artifacts + "current";

    /// <summary>A bundle's list: a line per file with its SHA-256, as <c>sha256sum</c> writes it.</summary>
    public const string ArtifactList = "nodes.sha256";

    /// <summary>The weekly cost reports: <c>costs/&lt;yyyy-MM-dd&gt;.html</c> and <c>.csv</c>.</summary>
    public const string Costs = "costs/";

    /// <summary>Where EMR writes a cluster's logs.</summary>
    public static string ClusterLogs(string cluster) => $"logs/{cluster}/";

    /// <summary>The prefix of a data set's images.</summary>
    public static string Dataset(DatasetName dataset) => $"{Datasets}{dataset}/";

    /// <summary>The prefix of a run's output.</summary>
    public static string Run(DatasetName dataset, RunId run) => $"{Runs}{dataset}/{run}/";

    /// <summary>The key that says which run of a data set finished last (<see cref="LatestRun"/>).</summary>
    public static string LatestRun(DatasetName dataset) => $"{Runs}{dataset}/latest.json";

    /// <summary>The key of a data set's lock.</summary>
    public static string Lock(DatasetName dataset) => $"{Locks}{dataset}";

    /// <summary>The data set that an uploaded object belongs to; false for any key that is not an upload's.</summary>
    /// <param name="key">The object's key, URL-decoded.</param>
    /// <param name="dataset">The data set.</param>
    public static bool TryGetDataset(string key, [NotNullWhen(true)] out DatasetName? dataset)
    {
        dataset = null;
        if (key is null || !key.StartsWith(Datasets, StringComparison.Ordinal))
            return false;

        var end = key.IndexOf('/', Datasets.Length);
        // A "folder" placeholder that a console makes (key ends with "/") is not an image.
        return end > 0 && end < key.Length - 1 && !key.EndsWith('/')
            && DatasetName.TryParse(key[Datasets.Length..end], out dataset);
    }

    /// <summary>The run that a marker's key belongs to; false for any key that is not exactly a run's marker.</summary>
    /// <param name="key">The object's key, URL-decoded.</param>
    /// <param name="dataset">The data set.</param>
    /// <param name="run">The run.</param>
    public static bool TryGetMarker(
        string key,
        [NotNullWhen(true)] out DatasetName? dataset,
        [NotNullWhen(true)] out RunId? run)
    {
        dataset = null;
        run = null;
        return key?.Split('/') is ["runs", var datasetPart, var runPart, RunLayout.Marker]
            && DatasetName.TryParse(datasetPart, out dataset)
            && RunId.TryParse(runPart, out run);
    }
}
