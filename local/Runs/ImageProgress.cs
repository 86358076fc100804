namespace Pomona.Local.Runs;

/// <summary>How many of a run's images have features.</summary>
/// <param name="Done">Images of finished shards.</param>
/// <param name="Total">Images in the snapshot.</param>
internal sealed record ImageProgress(long Done, long Total);
