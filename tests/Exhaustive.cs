namespace Pomona.Tests;

/// <summary>
/// Rows of long tables that differ little: all of them are tried where <c>POMONA_TEST_EXHAUSTIVE</c> is 1, as before a release.
/// </summary>
internal static class Exhaustive
{
    public static bool IsAsked { get; } = Environment.GetEnvironmentVariable("POMONA_TEST_EXHAUSTIVE") == "1";
}
