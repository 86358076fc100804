using Pomona.Storage;

namespace Pomona.Tests;

/// <summary>A store that passes everything on to another; tests override what is to go otherwise.</summary>
internal abstract class ForwardingStore(IStore store) : IStore
{
    public string Address => store.Address;

    public virtual int ReadsInFlight => store.ReadsInFlight;

    public virtual IAsyncEnumerable<StoredObject> ListAsync(string below, CancellationToken cancellation)
        => store.ListAsync(below, cancellation);

    public virtual Task<PooledBytes> ReadAsync(string key, string? etag, CancellationToken cancellation)
        => store.ReadAsync(key, etag, cancellation);

    public virtual Task<SmallObject?> TryReadAsync(string key, int most, CancellationToken cancellation)
        => store.TryReadAsync(key, most, cancellation);

    public virtual Task<string?> TryScanAsync(
        string key, Func<Action<ReadOnlyMemory<byte>>> begin, CancellationToken cancellation)
        => store.TryScanAsync(key, begin, cancellation);

    public virtual Task<bool> ExistsAsync(string key, CancellationToken cancellation) => store.ExistsAsync(key, cancellation);

    public virtual Task WriteAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
        => store.WriteAsync(key, content, cancellation);

    public virtual Task<string?> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
        => store.TryCreateAsync(key, content, cancellation);

    public virtual Task<string?> TryCreateAsync(string key, Stream content, CancellationToken cancellation)
        => store.TryCreateAsync(key, content, cancellation);

    public virtual Task<string?> TryReplaceAsync(
        string key, string etag, ReadOnlyMemory<byte> content, CancellationToken cancellation)
        => store.TryReplaceAsync(key, etag, content, cancellation);

    public virtual Task<string?> TryReplaceAsync(string key, string etag, Stream content, CancellationToken cancellation)
        => store.TryReplaceAsync(key, etag, content, cancellation);

    public virtual Task DeleteAsync(string key, CancellationToken cancellation) => store.DeleteAsync(key, cancellation);

    public virtual Task<bool> TryDeleteAsync(string key, string etag, CancellationToken cancellation)
        => store.TryDeleteAsync(key, etag, cancellation);

    public virtual Task<IWriterLock> LockAsync(string key, TimeProvider time, CancellationToken cancellation)
        => store.LockAsync(key, time, cancellation);

    public virtual void Dispose() => store.Dispose();
}
