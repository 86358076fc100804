using System.Text.Json.Serialization;

namespace Pomona.Contracts;

/// <summary>
/// The head of a run's snapshot: <see cref="RunLayout.Plan"/>, written after all its manifests, so that its presence says
/// that they are complete. The job makes it when it is absent; in the cloud PlanRun has already made it.
/// </summary>
/// <param name="Input">The data set's root: <c>s3://bucket/datasets/fruits/</c> or a local folder.</param>
/// <param name="Images">How many images the manifests list.</param>
/// <param name="Bytes">Their size together.</param>
/// <param name="Shards">How many manifests there are, numbered from 0 without gaps.</param>
/// <param name="ShardSize">How many images a manifest lists at most; only the last one lists fewer.</param>
/// <param name="SkippedFiles">Objects under the root that are not images by name.</param>
/// <param name="Fingerprint">
/// SHA-256, hexadecimal, over key, size and ETag of every image in order (<see cref="SnapshotTally"/>).
/// </param>
/// <param name="PassedOver">What the skipped files are, by kind; null when there is none, or an earlier version made the plan.</param>
/// <param name="Loose">How many images are in no folder; null when none is, or an earlier version made the plan.</param>
/// <param name="Artifacts">
/// The bundle that every node of the run installs, whatever is uploaded meanwhile: the SHA-256 of its list. Null on a laptop.
/// </param>
/// <param name="Large">What is large of the images, by format; null when nothing is, or an earlier version made the plan.</param>
/// <param name="Basis">In the cloud, the folder of the run whose scaler and components are kept; null for a fit.</param>
/// <param name="TestSplit">Which images are for testing alone; null when none are.</param>
/// <param name="Since">What is taken over from an earlier run; null when nothing is.</param>
public sealed record RunPlan(
    string Input,
    long Images,
    long Bytes,
    int Shards,
    int ShardSize,
    long SkippedFiles,
    string Fingerprint,
    PassedOver? PassedOver = null,
    long? Loose = null,
    string? Artifacts = null,
    LargeImageBytes? Large = null,
    string? Basis = null,
    TestSplit? TestSplit = null,
    SinceRun? Since = null)
{
    /// <summary>Images per shard unless told otherwise.</summary>
    public const int DefaultShardSize = 512;

    /// <summary>The most images per shard.</summary>
    public const int MostShardSize = 100_000;

    /// <summary>The most bytes of a plan that are read: a real one is about 1 KB.</summary>
    public const int LargestFile = 1 << 20;

    /// <summary>How many images are worked on: all but those that are taken over.</summary>
    [JsonIgnore]
    public long NewImages => Since is { } since ? Images - since.Unchanged : Images;

    /// <summary>Reads a plan; null when the text is none, or contradicts itself.</summary>
    public static RunPlan? TryParse(ReadOnlySpan<byte> json) => JsonText.TryRead(json, ContractJson.Readable.RunPlan) is
    {
        Input: not null, Fingerprint: not null, Images: >= 0, Bytes: >= 0, SkippedFiles: >= 0, ShardSize: > 0 and <= MostShardSize,
        TestSplit: null or { Test: not null, Images: >= 0 }, Since: null or { Run: not null, Unchanged: >= 0, NewBytes: >= 0 },
    } plan && plan.NewImages >= 0 && plan.Shards == (plan.Images + plan.ShardSize - 1) / plan.ShardSize ? plan : null;

    /// <summary>The class of an image of this plan.</summary>
    /// <param name="key">The image's key.</param>
    public string LabelOf(string key) => TestSplit?.LabelOf(key) ?? ManifestEntry.LabelOf(key);

    /// <summary>Whether an image of this plan is for testing alone.</summary>
    /// <param name="key">The image's key.</param>
    public bool Tests(string key) => TestSplit?.Tests(key) ?? false;

    /// <summary>How many images have features.</summary>
    /// <param name="there">The keys, below the run's folder, of the features that are there.</param>
    public long ImagesDone(IReadOnlySet<string> there) =>
        Enumerable.Range(0, Shards).Where(shard => there.Contains(RunLayout.Features(shard))).Sum(shard => (long)ImagesOf(shard));

    /// <summary>How many images a shard lists.</summary>
    public int ImagesOf(int shard) => (int)ImagesOf(shard, count: 1);

    /// <summary>How many images so many shards list together.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many follow one another, that one included.</param>
    public long ImagesOf(int first, int count) => Math.Min((long)count * ShardSize, Images - ((long)first * ShardSize));
}
