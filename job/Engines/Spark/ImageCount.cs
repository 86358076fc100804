namespace Pomona.Job.Engines.Spark;

/// <summary>Counts a shard's images in the worker; the driver hears of them when the shard is done.</summary>
internal sealed class ImageCount : IStageProgress
{
    private int _images;

    /// <summary>Images that are through, used or rejected.</summary>
    public int Images => Volatile.Read(ref _images);

    /// <inheritdoc/>
    public void ImagesDone(int count) => Interlocked.Add(ref _images, count);

    /// <inheritdoc/>
    public void ShardDone()
    {
    }
}
