using Pomona.Job.Storage;

namespace Pomona.Job.Tests.Pipeline;

/// <summary>A store whose reads wait until it is opened, as on a node that has got slow.</summary>
internal sealed class GatedStore(IStore store) : IStore
{
    private readonly TaskCompletionSource _firstRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the first read has begun to wait.</summary>
    public Task FirstRead => _firstRead.Task;

    public string Address => store.Address;

    public int ReadsInFlight => store.ReadsInFlight;

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellation)
        => store.ListAsync(prefix, cancellation);

    public async Task<PooledBytes> ReadAsync(string key, string? etag, CancellationToken cancellation)
    {
        _firstRead.TrySetResult();
        await _open.Task.WaitAsync(cancellation);
        return await store.ReadAsync(key, etag, cancellation);
    }

    public Task<bool> ExistsAsync(string key, CancellationToken cancellation) => store.ExistsAsync(key, cancellation);

    public Task WriteAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
        => store.WriteAsync(key, content, cancellation);

    public Task<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
        => store.TryCreateAsync(key, content, cancellation);

    public Task DeleteAsync(string key, CancellationToken cancellation) => store.DeleteAsync(key, cancellation);

    public Task<IWriterLock> LockAsync(string key, TimeProvider time, CancellationToken cancellation)
        => store.LockAsync(key, time, cancellation);

    /// <summary>Lets all reads go on.</summary>
    public void Open() => _open.TrySetResult();

    public void Dispose() => store.Dispose();
}
