using Pomona.Contracts;

namespace Pomona.Storage;

/// <summary>
/// A tree of objects: a local folder or a prefix of a bucket. Keys are relative to its root. Every failure is a
/// <see cref="StoreException"/>. Safe for use by many threads.
/// </summary>
public interface IStore : IDisposable
{
    /// <summary>The root as a person would write it: a path, or <c>s3://bucket/prefix/</c>.</summary>
    string Address { get; }

    /// <summary>How many reads at once are worth having under way.</summary>
    int ReadsInFlight { get; }

    /// <summary>
    /// All objects below <paramref name="below"/> in the order of their keys' UTF-8 bytes, streamed: memory does not grow
    /// with the number of objects (in a folder: with the largest single sub-folder).
    /// </summary>
    IAsyncEnumerable<StoredObject> ListAsync(string below, CancellationToken cancellation);

    /// <summary>
    /// Reads an object whole into a pooled buffer that the caller disposes of. With an <paramref name="etag"/>, an object
    /// of another version is <see cref="StoreFault.Changed"/>.
    /// </summary>
    Task<PooledBytes> ReadAsync(string key, string? etag, CancellationToken cancellation);

    /// <summary>Whether there is such an object.</summary>
    Task<bool> ExistsAsync(string key, CancellationToken cancellation);

    /// <summary>Writes an object whole or not at all, replacing an earlier one.</summary>
    Task WriteAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation);

    /// <summary>Writes an object whole, unless there is one already; false then.</summary>
    Task<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation);

    /// <summary>Removes an object; one that is not there is no failure.</summary>
    Task DeleteAsync(string key, CancellationToken cancellation);

    /// <summary>
    /// Makes this process the only writer until the result is disposed of, or throws a
    /// <see cref="PomonaException"/> that names the process that is.
    /// </summary>
    Task<IWriterLock> LockAsync(string key, TimeProvider time, CancellationToken cancellation);
}
