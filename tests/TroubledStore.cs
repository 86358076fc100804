using Pomona.Storage;

namespace Pomona.Tests;

/// <summary>
/// A store on a bad day, at random but by its seed: answers are lost after the work was done, and the request is sent again or
/// given up; requests do not arrive; copies of requests arrive late, after others; and at some change its process is killed,
/// so that this change and all later ones do not happen.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="seed">Decides what happens to which request.</param>
/// <param name="oneIn">One in so many changes is in trouble.</param>
/// <param name="changes">After how many changes the process is killed.</param>
internal sealed class TroubledStore(IStore store, int seed, int oneIn, int changes = int.MaxValue) : ForwardingStore(store)
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);
    private readonly List<Func<Task>> _late = [];
    private int _left = changes;

    public override Task WriteAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation) => ChangeAsync(
        async () =>
        {
            await base.WriteAsync(key, content, cancellation);
            return true;
        });

    public override Task<string?> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
        => ChangeAsync(() => base.TryCreateAsync(key, content, cancellation), copies: true);

    public override Task<string?> TryReplaceAsync(
        string key, string etag, ReadOnlyMemory<byte> content, CancellationToken cancellation)
        => ChangeAsync(() => base.TryReplaceAsync(key, etag, content, cancellation), copies: true);

    // A copy that arrives late has bytes of its own, as a request has: the stream may be closed by then.
    public override Task<string?> TryCreateAsync(string key, Stream content, CancellationToken cancellation)
        => TryCreateAsync(key, BytesOf(content), cancellation);

    public override Task<string?> TryReplaceAsync(string key, string etag, Stream content, CancellationToken cancellation)
        => TryReplaceAsync(key, etag, BytesOf(content), cancellation);

    public override Task<bool> TryDeleteAsync(string key, string etag, CancellationToken cancellation)
        => ChangeAsync(() => base.TryDeleteAsync(key, etag, cancellation), copies: true);

    public override Task DeleteAsync(string key, CancellationToken cancellation) => ChangeAsync(
        async () =>
        {
            await base.DeleteAsync(key, cancellation);
            return true;
        });

    // The lease is kept through this store, in trouble as all else; a folder's lock is the operating system's.
    public override Task<IWriterLock> LockAsync(string key, TimeProvider time, CancellationToken cancellation)
        => Address.StartsWith("s3://", StringComparison.Ordinal)
            ? TakeLeaseAsync(key, time, cancellation)
            : base.LockAsync(key, time, cancellation);

    private static byte[] BytesOf(Stream content)
    {
        content.Position = 0;
        var bytes = new byte[content.Length];
        content.ReadExactly(bytes);
        return bytes;
    }

    private async Task<IWriterLock> TakeLeaseAsync(string key, TimeProvider time, CancellationToken cancellation)
        => await WriterLease.TakeAsync(this, key, time, cancellation);

    private async Task<T> ChangeAsync<T>(Func<Task<T>> change, bool copies = false)
    {
        if (Interlocked.Decrement(ref _left) < 0)
            throw new KilledException();

        var trouble = Next(oneIn) == 0 ? Next(copies ? 5 : 3) : -1;
        Func<Task>[] arriving;
        lock (_gate)
        {
            arriving = _late.Count > 0 && _random.Next(3) == 0 ? [.. _late] : [];
            if (arriving.Length > 0)
                _late.Clear();
        }

        foreach (var late in arriving)
            await late();
        switch (trouble)
        {
            case 0: // the request is lost
                throw new StoreException(StoreFault.Unreachable, "no answer: the request was lost");
            case 1: // the answer is lost, and so is every other
                await change();
                throw new StoreException(StoreFault.Unreachable, "no answer: the answer was lost");
            case 2 or 3: // the answer is lost, and the request is sent again
                await change();
                return await change();
            case 4: // a copy of the request arrives late
                lock (_gate)
                    _late.Add(change);
                return await change();
            default:
                return await change();
        }
    }

    private int Next(int below)
    {
        lock (_gate)
            return _random.Next(below);
    }
}

/// <summary>The moment at which a test kills what uses a store.</summary>
internal sealed class KilledException : Exception;
