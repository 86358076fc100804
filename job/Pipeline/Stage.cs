namespace Pomona.Job.Pipeline;

/// <summary>The stages whose work is done per shard (or per group of shards), on whichever engine.</summary>
internal enum Stage
{
    /// <summary>Shard: images → features.</summary>
    Extract,

    /// <summary>Group of shards: features → moments.</summary>
    Fit,

    /// <summary>Shard: features → components.</summary>
    Reduce,
}
