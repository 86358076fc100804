namespace Pomona.Job.Engines;

/// <summary>Hears how a stage goes. Calls may come from any thread.</summary>
internal interface IStageProgress
{
    /// <summary>That many further images are through, used or rejected.</summary>
    void ImagesDone(int count);

    /// <summary>A further shard or group is done.</summary>
    void ShardDone();
}
