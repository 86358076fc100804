using Pomona.Contracts;

namespace Pomona.Storage;

/// <summary>
/// A tree of objects: a local folder, a bucket, or a prefix of one. Keys are relative to its root. Every failure is a
/// <see cref="StoreException"/>. Safe for use by many threads.
/// </summary>
/// <remarks>
/// Every write gives an object a new version, its ETag. Of writers that each name the version they want to replace or
/// remove, or want to be the first, exactly one succeeds; a write without a condition comes before or after them.
/// </remarks>
public interface IStore : IDisposable
{
    /// <summary>The root as a person would write it: a path, or <c>s3://bucket/prefix/</c>.</summary>
    string Address { get; }

    /// <summary>How many reads at once are worth having under way.</summary>
    int ReadsInFlight { get; }

    /// <summary>
    /// All objects below <paramref name="below"/> (nothing, or a folder's key with its slash) in the order of their keys'
    /// UTF-8 bytes, streamed: memory does not grow with the number of objects (in a folder: with the largest single
    /// sub-folder).
    /// </summary>
    IAsyncEnumerable<StoredObject> ListAsync(string below, CancellationToken cancellation);

    /// <summary>
    /// Reads an object whole into a pooled buffer that the caller disposes of. With an <paramref name="etag"/>, an object
    /// of another version is <see cref="StoreFault.Changed"/>.
    /// </summary>
    Task<PooledBytes> ReadAsync(string key, string? etag, CancellationToken cancellation);

    /// <summary>Reads an object that should be small, of a larger one only the first bytes; null when there is none.</summary>
    /// <param name="key">The object's key.</param>
    /// <param name="most">The most bytes to read.</param>
    /// <param name="cancellation">Ends the call.</param>
    Task<SmallObject?> TryReadAsync(string key, int most, CancellationToken cancellation);

    /// <summary>
    /// Reads an object from its first byte to its last, in memory that does not grow with it: its version, or null when there
    /// is none.
    /// </summary>
    /// <param name="key">The object's key.</param>
    /// <param name="begin">
    /// Called before the first byte, and once more where a connection broke and the object is read anew; what it gives is
    /// handed the bytes in order, in pieces that are good until it returns.
    /// </param>
    /// <param name="cancellation">Ends the call.</param>
    Task<string?> TryScanAsync(string key, Func<Action<ReadOnlyMemory<byte>>> begin, CancellationToken cancellation);

    /// <summary>Whether there is such an object.</summary>
    Task<bool> ExistsAsync(string key, CancellationToken cancellation);

    /// <summary>Writes an object whole or not at all, replacing an earlier one.</summary>
    Task WriteAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation);

    /// <summary>Writes an object whole, unless there is one already: its version, or null then.</summary>
    Task<string?> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation);

    /// <inheritdoc cref="TryCreateAsync(string, ReadOnlyMemory{byte}, CancellationToken)"/>
    /// <param name="key">The object's key.</param>
    /// <param name="content">
    /// All of a stream that can seek, in memory that does not grow with it; it stays open. S3 takes 5 GiB at once.
    /// </param>
    /// <param name="cancellation">Ends the call.</param>
    Task<string?> TryCreateAsync(string key, Stream content, CancellationToken cancellation);

    /// <summary>Writes an object whole in place of one version: its new version, or null when another is there, or none.</summary>
    Task<string?> TryReplaceAsync(string key, string etag, ReadOnlyMemory<byte> content, CancellationToken cancellation);

    /// <inheritdoc cref="TryReplaceAsync(string, string, ReadOnlyMemory{byte}, CancellationToken)"/>
    /// <param name="key">The object's key.</param>
    /// <param name="etag">The version.</param>
    /// <param name="content"><inheritdoc cref="TryCreateAsync(string, Stream, CancellationToken)" path="/param[@name='content']"/></param>
    /// <param name="cancellation">Ends the call.</param>
    Task<string?> TryReplaceAsync(string key, string etag, Stream content, CancellationToken cancellation);

    /// <summary>Writes an object whole where what is there is what was seen: its new version, or null when it is not.</summary>
    /// <param name="key">The object's key.</param>
    /// <param name="seen">The version that was seen; null for none.</param>
    /// <param name="content">The content.</param>
    /// <param name="cancellation">Ends the call.</param>
    Task<string?> TryWriteAsync(string key, string? seen, ReadOnlyMemory<byte> content, CancellationToken cancellation)
        => seen is null ? TryCreateAsync(key, content, cancellation) : TryReplaceAsync(key, seen, content, cancellation);

    /// <summary>Removes an object; one that is not there is no failure.</summary>
    Task DeleteAsync(string key, CancellationToken cancellation);

    /// <summary>Removes one version of an object; false when another is there, or none.</summary>
    Task<bool> TryDeleteAsync(string key, string etag, CancellationToken cancellation);

    /// <summary>
    /// Makes this process the only writer until the result is disposed of, or throws a
    /// <see cref="PomonaException"/> that names the process that is.
    /// </summary>
    Task<IWriterLock> LockAsync(string key, TimeProvider time, CancellationToken cancellation);
}

/// <summary>An object as a store lists it.</summary>
/// <param name="Key">Relative to the store's root, with <c>/</c> between folders.</param>
/// <param name="Size">Bytes.</param>
/// <param name="ETag">The version: changes whenever the content may have changed. Without quotes.</param>
/// <param name="LastModified">When it was written, UTC.</param>
public readonly record struct StoredObject(string Key, long Size, string ETag, DateTimeOffset LastModified);

/// <summary>An object as read at once.</summary>
/// <param name="Content">Its bytes, or the first of them.</param>
/// <param name="ETag">Its version.</param>
/// <param name="IsTruncated">Whether it has more bytes than were read.</param>
public sealed record SmallObject(ReadOnlyMemory<byte> Content, string ETag, bool IsTruncated);
