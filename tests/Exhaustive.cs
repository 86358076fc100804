namespace Pomona.Tests;

/// <summary>
/// Rows of long tables that differ little: all of them are tried where <c>POMONA_TEST_EXHAUSTIVE</c> is 1, as before a release.
/// </summary>
internal static class Exhaustive
{
    public const string NotAsked = "Much like another one: tried where POMONA_TEST_EXHAUSTIVE is 1, as before a release.";

    public static bool IsAsked { get; } = Environment.GetEnvironmentVariable("POMONA_TEST_EXHAUSTIVE") == "1";
}

/// <summary>A test that differs little from another one, and takes long.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ExhaustiveFactAttribute : FactAttribute
{
    public ExhaustiveFactAttribute()
    {
        if (!Exhaustive.IsAsked)
            Skip = Exhaustive.NotAsked;
    }
}

/// <inheritdoc cref="ExhaustiveFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ExhaustiveTheoryAttribute : TheoryAttribute
{
    public ExhaustiveTheoryAttribute()
    {
        if (!Exhaustive.IsAsked)
            Skip = Exhaustive.NotAsked;
    }
}
