namespace Pomona.Job.Memory;

/// <summary>
/// Gives memory back between the steps of a run. Each leaves arrays of many megabytes behind that the collector is in no
/// hurry to collect; without this the next step's come on top (measured: a third more at the peak).
/// </summary>
internal static class Garbage
{
    // Where many runs share a process, as in tests, each collection would go through the memory of all of them.
    private static readonly bool IsLeftAlone = AppContext.TryGetSwitch("Pomona.Job.LeaveGarbage", out var left) && left;

    /// <summary>
    /// Collects large arrays where they are, such as those that writing a part leaves behind: they are old from birth, and
    /// nothing else of a shard's work would collect them; and what the part had natively. Some milliseconds in a shard's
    /// seconds.
    /// </summary>
    public static void CollectLarge()
    {
        if (IsLeftAlone)
            return;

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
        NativeHeap.Trim();
    }

    /// <summary>Collects everything and returns the pages to the system, managed and native; some milliseconds.</summary>
    public static void Collect()
    {
        if (IsLeftAlone)
            return;

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.Trim();
    }
}
