namespace Pomona.Job;

/// <summary>
/// Gives memory back between the steps of a run. Each leaves arrays of many megabytes behind that the collector is in no
/// hurry to collect; without this the next step's come on top (measured: a third more at the peak).
/// </summary>
internal static class Garbage
{
    /// <summary>Collects everything and returns the pages to the system; some milliseconds.</summary>
    public static void Collect()
        => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
