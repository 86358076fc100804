using Pomona.Storage;

namespace Pomona.Job.Tests.Pipeline;

/// <summary>
/// A store whose process "dies" at the n-th change: that change and all later ones do not happen, as after a kill. What the
/// store below does with a change is whole or nothing; that is proven elsewhere, by killing real processes.
/// </summary>
internal sealed class DyingStore(IStore store, int changes) : ForwardingStore(store)
{
    private int _left = changes;

    /// <summary>Whether the death came before the run's end.</summary>
    public bool HasDied => _left < 0;

    public override Task WriteAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        Live();
        return base.WriteAsync(key, content, cancellation);
    }

    public override Task<string?> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        Live();
        return base.TryCreateAsync(key, content, cancellation);
    }

    public override Task<string?> TryReplaceAsync(
        string key, string etag, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        Live();
        return base.TryReplaceAsync(key, etag, content, cancellation);
    }

    public override Task<string?> TryCreateAsync(string key, Stream content, CancellationToken cancellation)
    {
        Live();
        return base.TryCreateAsync(key, content, cancellation);
    }

    public override Task<string?> TryReplaceAsync(string key, string etag, Stream content, CancellationToken cancellation)
    {
        Live();
        return base.TryReplaceAsync(key, etag, content, cancellation);
    }

    public override Task<bool> TryDeleteAsync(string key, string etag, CancellationToken cancellation)
    {
        Live();
        return base.TryDeleteAsync(key, etag, cancellation);
    }

    public override Task DeleteAsync(string key, CancellationToken cancellation)
    {
        Live();
        return base.DeleteAsync(key, cancellation);
    }

    private void Live()
    {
        if (Interlocked.Decrement(ref _left) < 0)
            throw new DeathException();
    }
}

/// <summary>The moment at which a test kills a run.</summary>
internal sealed class DeathException : Exception;
