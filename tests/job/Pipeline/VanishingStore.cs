using System.Runtime.CompilerServices;
using Pomona.Storage;

namespace Pomona.Job.Tests.Pipeline;

/// <summary>A store whose disk is unmounted after so many reads: its folder is there, and nothing in it.</summary>
internal sealed class VanishingStore(IStore store, int reads) : ForwardingStore(store)
{
    private int _left = reads;

    private bool IsGone => Volatile.Read(ref _left) <= 0;

    public override async IAsyncEnumerable<StoredObject> ListAsync(
        string below, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var item in base.ListAsync(below, cancellation))
        {
            if (IsGone)
                yield break;
            yield return item;
        }
    }

    public override Task<PooledBytes> ReadAsync(string key, string? etag, CancellationToken cancellation)
        => Interlocked.Decrement(ref _left) >= 0
            ? base.ReadAsync(key, etag, cancellation)
            : throw new StoreException(StoreFault.Missing, $"'{key}' is not there any more");

    public override Task<SmallObject?> TryReadAsync(string key, int most, CancellationToken cancellation)
        => IsGone ? Task.FromResult<SmallObject?>(null) : base.TryReadAsync(key, most, cancellation);
}
