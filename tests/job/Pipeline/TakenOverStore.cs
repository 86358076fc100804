using Pomona.Storage;

namespace Pomona.Job.Tests.Pipeline;

/// <summary>A store whose lock another process takes over at the n-th write.</summary>
internal sealed class TakenOverStore(IStore store, int writes) : ForwardingStore(store)
{
    private readonly CancellationTokenSource _lost = new();
    private int _left = writes;

    public override async Task WriteAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        await CountAsync();
        await base.WriteAsync(key, content, cancellation);
    }

    public override async Task<string?> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        await CountAsync();
        return await base.TryCreateAsync(key, content, cancellation);
    }

    public override async Task<IWriterLock> LockAsync(string key, TimeProvider time, CancellationToken cancellation)
        => new Held(await base.LockAsync(key, time, cancellation), _lost.Token);

    public override void Dispose()
    {
        _lost.Dispose();
        base.Dispose();
    }

    private async Task CountAsync()
    {
        if (Interlocked.Decrement(ref _left) == 0)
            await _lost.CancelAsync();
    }

    private sealed class Held(IWriterLock held, CancellationToken lost) : IWriterLock
    {
        public CancellationToken Lost => lost;

        public ValueTask DisposeAsync() => held.DisposeAsync();
    }
}
