using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Job.Pipeline;

/// <summary>
/// A run's input: listed and read, never written. Its store's failures are <see cref="InputException"/>s, so that whoever
/// tells a person knows which of the run's two stores failed.
/// </summary>
internal sealed class RunInput(IStore store)
{
    /// <summary>How many images in a row may be unreadable, while others can be read, before that is no matter of theirs.</summary>
    private const int MostInARow = 32;

    /// <summary>How many that could be read are remembered, to be read again.</summary>
    private const int MostRemembered = 8;

    /// <summary>How many of the first ones are tried where none of the remembered can be read any more.</summary>
    private const int MostTried = 64;

    private readonly ConcurrentQueue<string> _readable = new();
    private int _unreadableInARow;
    private volatile InputException? _gone;

    /// <summary>As a person would write it.</summary>
    public string Address => store.Address;

    /// <inheritdoc cref="IStore.ReadsInFlight"/>
    public int ReadsInFlight => store.ReadsInFlight;

    /// <summary>All its objects, images or not, in the order of their keys.</summary>
    public IAsyncEnumerable<StoredObject> ListAsync(CancellationToken cancellation) => ListAsync(string.Empty, cancellation);

    public async IAsyncEnumerable<StoredObject> ListAsync(
        string below, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var items = store.ListAsync(below, cancellation).GetAsyncEnumerator(cancellation);
        while (await MoveAsync(items).ConfigureAwait(false))
            yield return items.Current;
    }

    /// <inheritdoc cref="IStore.ReadAsync"/>
    public async Task<PooledBytes> ReadAsync(string key, string? etag, CancellationToken cancellation)
    {
        try
        {
            var bytes = await store.ReadAsync(key, etag, cancellation).ConfigureAwait(false);
            Volatile.Write(ref _unreadableInARow, 0);
            if (_readable.Count < MostRemembered)
                _readable.Enqueue(key);
            return bytes;
        }
        catch (StoreException failure)
        {
            throw new InputException(failure.Fault, failure.Message, failure);
        }
    }

    /// <summary>
    /// Before an image is blamed for not being there, or not readable: makes sure that others are. Where none is, the disk,
    /// the share, the bucket or the rights have gone, and the run stops, to be gone on with later.
    /// </summary>
    /// <param name="key">The image.</param>
    /// <param name="failure">Why it could not be read.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="InputException">None is; or too many in a row cannot be read.</exception>
    public async Task RequireOthersReadableAsync(string key, InputException failure, CancellationToken cancellation)
    {
        if (failure.Fault is StoreFault.Changed or StoreFault.Unnameable or StoreFault.Outside)
            return;
        if (_gone is { } known)
            throw known;

        if (!await IsAnyOtherReadableAsync(key, cancellation).ConfigureAwait(false))
        {
            throw _gone = new InputException(
                StoreFault.Gone, $"none of the images in {Address} can be read any more ({failure.Message})", failure);
        }

        if (Interlocked.Increment(ref _unreadableInARow) >= MostInARow)
        {
            throw _gone = new InputException(
                StoreFault.Gone,
                string.Create(CultureInfo.InvariantCulture, $"{MostInARow} images in a row could not be read ({failure.Message})"),
                failure);
        }
    }

    private async Task<bool> IsAnyOtherReadableAsync(string key, CancellationToken cancellation)
    {
        foreach (var other in _readable)
        {
            if (other != key && await IsReadableAsync(other, cancellation).ConfigureAwait(false))
                return true;
        }

        var tried = 0;
        try
        {
            await foreach (var item in store.ListAsync(string.Empty, cancellation).ConfigureAwait(false))
            {
                if (item.Key == key || !ImageFileName.IsImage(item.Key))
                    continue;
                if (await IsReadableAsync(item.Key, cancellation).ConfigureAwait(false))
                    return true;
                if (++tried == MostTried)
                    return false;
            }
        }
        catch (StoreException)
        {
            // It cannot even be listed.
        }

        return false;
    }

    private async Task<bool> IsReadableAsync(string key, CancellationToken cancellation)
    {
        try
        {
            return await store.TryReadAsync(key, 1, cancellation).ConfigureAwait(false) is not null;
        }
        catch (StoreException)
        {
            return false;
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
