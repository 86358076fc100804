namespace Pomona.Local.Account;

/// <summary>
/// Time as the simulated services wait for it: the clock tells the real time, because real functions compare it with
/// theirs, but every timer comes <see cref="Scale"/> times sooner. Ten minutes of starting a cluster pass in twenty seconds.
/// </summary>
/// <param name="real">The real time.</param>
/// <param name="scale">How many times sooner; at least 1.</param>
internal sealed class ScaledTime(TimeProvider real, double scale) : TimeProvider
{
    /// <summary>How many times sooner timers come.</summary>
    public double Scale => scale;

    public override long TimestampFrequency => real.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => real.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => real.GetUtcNow();

    public override long GetTimestamp() => real.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ScaledTimer(this, real.CreateTimer(callback, state, Shortened(dueTime), Shortened(period)));

    private TimeSpan Shortened(TimeSpan wait) => wait == Timeout.InfiniteTimeSpan ? wait : wait / scale;

    private sealed class ScaledTimer(ScaledTime time, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(time.Shortened(dueTime), time.Shortened(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
