using Pomona.Job.Storage;

namespace Pomona.Job.Tests.Pipeline;

/// <summary>
/// A store whose process "dies" at the n-th change: that change and all later ones do not happen, as after a kill. What the
/// store below does with a change is whole or nothing; that is proven elsewhere, by killing real processes.
/// </summary>
internal sealed class DyingStore(IStore store, int changes) : IStore
{
    private int _left = changes;

    /// <summary>Whether the death came before the run's end.</summary>
    public bool HasDied => _left < 0;

    public string Address => store.Address;

    public int ReadsInFlight => store.ReadsInFlight;

    public IAsyncEnumerable<StoredObject> ListAsync(string below, CancellationToken cancellation)
        => store.ListAsync(below, cancellation);

    public Task<PooledBytes> ReadAsync(string key, string? etag, CancellationToken cancellation)
        => store.ReadAsync(key, etag, cancellation);

    public Task<bool> ExistsAsync(string key, CancellationToken cancellation) => store.ExistsAsync(key, cancellation);

    public Task WriteAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
        => Live(() => store.WriteAsync(key, content, cancellation));

    public async Task<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var created = false;
        await Live(async () => created = await store.TryCreateAsync(key, content, cancellation));
        return created;
    }

    public Task DeleteAsync(string key, CancellationToken cancellation) => Live(() => store.DeleteAsync(key, cancellation));

    public Task<IWriterLock> LockAsync(string key, TimeProvider time, CancellationToken cancellation)
        => store.LockAsync(key, time, cancellation);

    public void Dispose() => store.Dispose();

    private async Task Live(Func<Task> change)
    {
        if (Interlocked.Decrement(ref _left) < 0)
            throw new DeathException();
        await change();
    }
}
