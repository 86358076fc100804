namespace Pomona.Functions.Tests.Fakes;

/// <summary>A clock that stands until it is moved.</summary>
internal sealed class TestClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 11, 21, 13, 4, 55, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
