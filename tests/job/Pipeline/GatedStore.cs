using Pomona.Storage;

namespace Pomona.Job.Tests.Pipeline;

/// <summary>A store whose reads wait until it is opened, as on a node that has got slow.</summary>
internal sealed class GatedStore(IStore store) : ForwardingStore(store)
{
    private readonly TaskCompletionSource _firstRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the first read has begun to wait.</summary>
    public Task FirstRead => _firstRead.Task;

    public override async Task<PooledBytes> ReadAsync(string key, string? etag, CancellationToken cancellation)
    {
        _firstRead.TrySetResult();
        await _open.Task.WaitAsync(cancellation);
        return await base.ReadAsync(key, etag, cancellation);
    }

    /// <summary>Lets all reads go on.</summary>
    public void Open() => _open.TrySetResult();
}
