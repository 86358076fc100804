using Pomona.Job.Storage;

namespace Pomona.Job.Tests.Pipeline;

/// <summary>A store with one object on which reading itself breaks, in a way that no store explains.</summary>
internal sealed class UnreadableStore(IStore store, string unreadable) : IStore
{
    public string Address => store.Address;

    public int ReadsInFlight => store.ReadsInFlight;

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellation)
        => store.ListAsync(prefix, cancellation);

    public Task<PooledBytes> ReadAsync(string key, string? etag, CancellationToken cancellation)
        => key == unreadable
            ? throw new InvalidOperationException("the reader is broken")
            : store.ReadAsync(key, etag, cancellation);

    public Task<bool> ExistsAsync(string key, CancellationToken cancellation) => store.ExistsAsync(key, cancellation);

    public Task WriteAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
        => store.WriteAsync(key, content, cancellation);

    public Task<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
        => store.TryCreateAsync(key, content, cancellation);

    public Task DeleteAsync(string key, CancellationToken cancellation) => store.DeleteAsync(key, cancellation);

    public Task<IWriterLock> LockAsync(string key, TimeProvider time, CancellationToken cancellation)
        => store.LockAsync(key, time, cancellation);

    public void Dispose() => store.Dispose();
}
