using System.Runtime.CompilerServices;
using Pomona.Storage;

namespace Pomona.Job.Pipeline;

/// <summary>
/// A run's input: listed and read, never written. Its store's failures are <see cref="InputException"/>s, so that whoever
/// tells a person knows which of the run's two stores failed.
/// </summary>
internal sealed class RunInput(IStore store)
{
    /// <summary>As a person would write it.</summary>
    public string Address => store.Address;

    /// <inheritdoc cref="IStore.ReadsInFlight"/>
    public int ReadsInFlight => store.ReadsInFlight;

    /// <summary>All its objects, images or not, in the order of their keys.</summary>
    public async IAsyncEnumerable<StoredObject> ListAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var items = store.ListAsync(string.Empty, cancellation).GetAsyncEnumerator(cancellation);
        while (await MoveAsync(items).ConfigureAwait(false))
            yield return items.Current;
    }

    /// <inheritdoc cref="IStore.ReadAsync"/>
    public async Task<PooledBytes> ReadAsync(string key, string? etag, CancellationToken cancellation)
    {
        try
        {
            return await store.ReadAsync(key, etag, cancellation).ConfigureAwait(false);
        }
        catch (StoreException failure)
        {
            throw new InputException(failure.Fault, failure.Message, failure);
        }
    }

    private static async Task<bool> MoveAsync(IAsyncEnumerator<StoredObject> items)
    {
        try
        {
            return await items.MoveNextAsync().ConfigureAwait(false);
        }
        catch (StoreException failure)
        {
            throw new InputException(failure.Fault, failure.Message, failure);
        }
    }
}

/// <summary>The input's store failed; any other <see cref="StoreException"/> of a run is the output's.</summary>
internal sealed class InputException(StoreFault fault, string message, Exception cause) : Exception(message, cause)
{
    public StoreFault Fault { get; } = fault;
}
