using Pomona.Job.Storage;

namespace Pomona.Job.Tests.Pipeline;

/// <summary>A store whose lock another process takes over at the n-th change.</summary>
internal sealed class TakenOverStore(IStore store, int changes) : IStore
{
    private readonly CancellationTokenSource _lost = new();
    private int _left = changes;

    public string Address => store.Address;

    public int ReadsInFlight => store.ReadsInFlight;

    public IAsyncEnumerable<StoredObject> ListAsync(string below, CancellationToken cancellation)
        => store.ListAsync(below, cancellation);

    public Task<PooledBytes> ReadAsync(string key, string? etag, CancellationToken cancellation)
        => store.ReadAsync(key, etag, cancellation);

    public Task<bool> ExistsAsync(string key, CancellationToken cancellation) => store.ExistsAsync(key, cancellation);

    public async Task WriteAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        await CountAsync();
        await store.WriteAsync(key, content, cancellation);
    }

    public async Task<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        await CountAsync();
        return await store.TryCreateAsync(key, content, cancellation);
    }

    public Task DeleteAsync(string key, CancellationToken cancellation) => store.DeleteAsync(key, cancellation);

    public async Task<IWriterLock> LockAsync(string key, TimeProvider time, CancellationToken cancellation)
        => new Held(await store.LockAsync(key, time, cancellation), _lost.Token);

    public void Dispose()
    {
        _lost.Dispose();
        store.Dispose();
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
