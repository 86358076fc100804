using Microsoft.Extensions.Time.Testing;

namespace Pomona.Tests;

/// <summary>A clock that also tells whether anybody waits for it: moved before that, it would leave them waiting.</summary>
internal sealed class AwaitedTime : FakeTimeProvider
{
    private int _waiting;

    public bool IsAwaited => Volatile.Read(ref _waiting) > 0;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Interlocked.Increment(ref _waiting);
        return base.CreateTimer(Fire, state, dueTime, period);

        void Fire(object? given)
        {
            Interlocked.Decrement(ref _waiting);
            callback(given);
        }
    }
}
