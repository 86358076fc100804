namespace Pomona.Job.Runs;

/// <summary>
/// How shards are grouped for the fit: contiguous groups of about <see cref="ImagesPerGroup"/> images, at most
/// <see cref="MostGroups"/>, so that a run of any size leaves a bounded number of moment files (6.6 MB each for 1,280
/// features), and a function of the plan alone, so that sums are made in the same order on any number of threads.
/// </summary>
/// <param name="Shards">The run's shards.</param>
/// <param name="ShardSize">Images per shard.</param>
internal readonly record struct ShardGroups(int Shards, int ShardSize)
{
    /// <summary>A group's usual size: small enough that two threads share 10,000 images evenly.</summary>
    public const int ImagesPerGroup = 2048;

    /// <summary>The most groups: 64 × 6.6 MB.</summary>
    public const int MostGroups = 64;

    public int Count => (Shards + ShardsPerGroup - 1) / ShardsPerGroup;

    private int ShardsPerGroup => Math.Max(
        Math.Max(1, ImagesPerGroup / ShardSize),
        (Shards + MostGroups - 1) / MostGroups);

    /// <summary>The shards of a group: first, and how many.</summary>
    public (int First, int Count) ShardsOf(int group)
    {
        var first = group * ShardsPerGroup;
        return (first, Math.Min(ShardsPerGroup, Shards - first));
    }
}
