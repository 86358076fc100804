using Pomona.Storage;

namespace Pomona.Job.Tests.Pipeline;

/// <summary>A store with one object on which reading itself breaks, in a way that no store explains.</summary>
internal sealed class UnreadableStore(IStore store, string unreadable) : ForwardingStore(store)
{
    public override Task<PooledBytes> ReadAsync(string key, string? etag, CancellationToken cancellation)
        => key == unreadable
            ? throw new InvalidOperationException("the reader is broken")
            : base.ReadAsync(key, etag, cancellation);
}
