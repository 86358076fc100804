namespace Pomona.Job.Memory;

/// <summary>
/// Bounds the bytes of images, files or pixels, that are in memory at once, however many reads or threads are under way: who
/// wants more waits until there is room. One that is larger than the whole budget waits until it is alone.
/// </summary>
internal sealed class ByteBudget(long capacity)
{
    private readonly object _gate = new(); // System.Threading.Lock is net9.0 and later
    private readonly LinkedList<(long Bytes, TaskCompletionSource Granted)> _waiting = [];
    private long _used;

    /// <summary>Bytes that are in memory now.</summary>
    public long Used
    {
        get
        {
            lock (_gate)
                return _used;
        }
    }

    /// <summary>Waits for room for so many bytes; they are given back by <see cref="Release"/> with the same number.</summary>
    public async Task AcquireAsync(long bytes, CancellationToken cancellation)
    {
        LinkedListNode<(long, TaskCompletionSource Granted)> waiter;
        lock (_gate)
        {
            if (_waiting.Count == 0 && Fits(bytes))
            {
                _used += bytes;
                return;
            }

            waiter = _waiting.AddLast((bytes, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));
        }

        using var registration = cancellation.Register(() =>
        {
            lock (_gate)
            {
                if (waiter.List is null)
                    return; // granted meanwhile: the caller releases it

                _waiting.Remove(waiter);
            }

            waiter.Value.Granted.TrySetCanceled(cancellation);
        });
        await waiter.Value.Granted.Task.ConfigureAwait(false);
    }

    /// <summary>As <see cref="AcquireAsync"/>, on a thread that has nothing else to do.</summary>
    public void Acquire(long bytes) => AcquireAsync(bytes, CancellationToken.None).GetAwaiter().GetResult();

    public void Release(long bytes)
    {
        lock (_gate)
        {
            _used -= bytes;
            // First come, first served: a large image is not overtaken for ever by small ones.
            while (_waiting.First is { } next && Fits(next.Value.Bytes))
            {
                _waiting.RemoveFirst();
                _used += next.Value.Bytes;
                next.Value.Granted.SetResult();
            }
        }
    }

    private bool Fits(long bytes) => _used == 0 || _used + bytes <= capacity;
}
