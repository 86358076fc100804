using System.Runtime.InteropServices;

namespace Pomona.Vision.Budget;

/// <summary>
/// The processor time of a thread, told to any other: unlike the clock on the wall it does not run while the machine is busy
/// with something else, is stopped, or sleeps.
/// </summary>
public static partial class ThreadClock
{
    private const string Library = "libc";

    /// <summary>
    /// A clock of the calling thread's; it stands still once that has ended. Elsewhere than on Linux, where a thread's time is
    /// not so easily had by another, it is the clock on the wall, slowed down tenfold.
    /// </summary>
    public static Func<TimeSpan> OfThisThread()
    {
        if (OperatingSystem.IsLinux() && pthread_getcpuclockid(pthread_self(), out var clock) == 0)
        {
            var last = TimeSpan.Zero;
            return () => clock_gettime(clock, out var now) == 0
                ? last = TimeSpan.FromTicks((now.Seconds * TimeSpan.TicksPerSecond) + (now.Nanoseconds / TimeSpan.NanosecondsPerTick))
                : last;
        }

        var began = TimeProvider.System.GetTimestamp();
        return () => TimeProvider.System.GetElapsedTime(began) / DecodingBudget.PatienceFactor;
    }

    [LibraryImport(Library)]
    private static partial nuint pthread_self();

    [LibraryImport(Library)]
    private static partial int pthread_getcpuclockid(nuint thread, out int clock);

    [LibraryImport(Library)]
    private static partial int clock_gettime(int clock, out TimeSpec now);

    /// <summary>C's timespec on systems of 64 bits.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
