namespace Pomona.Local.Tests.Faults;

/// <summary>The fault matrix breaks a whole account over and over, which takes long: it runs when it is asked for.</summary>
internal static class FaultSwitch
{
    /// <summary>Why the matrix is skipped, or null when it runs.</summary>
    public static string? Skip { get; } = Environment.GetEnvironmentVariable("POMONA_FAULTS") == "1"
        ? null
        : "the fault matrix takes long: POMONA_FAULTS=1 ./pomona test Faults runs it";
}
