namespace Pomona.Functions.Storage;

/// <summary>The stack's bucket, as far as the functions use it. Keys are whole keys; writes replace whole objects.</summary>
internal interface IBucket
{
    /// <summary>The bucket's name.</summary>
    string Name { get; }

    /// <summary>Reads an object, of a larger one only the first bytes; null when there is none.</summary>
    /// <param name="key">The object's key.</param>
    /// <param name="maxBytes">The most bytes to read.</param>
    /// <param name="cancellation">Ends the call.</param>
    Task<StoredObject?> GetAsync(string key, int maxBytes, CancellationToken cancellation);

    /// <summary>Writes an object.</summary>
    Task PutAsync(string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellation);

    /// <summary>Writes an object only where there is none (If-None-Match); false when there was one.</summary>
    Task<bool> PutIfAbsentAsync(
        string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellation);

    /// <summary>Writes an object only over the version read (If-Match); false when another is there, or none.</summary>
    Task<bool> PutIfMatchAsync(
        string key, ReadOnlyMemory<byte> content, string contentType, string etag, CancellationToken cancellation);

    /// <summary>Deletes an object only in the version read (If-Match); false when another is there, or none.</summary>
    Task<bool> DeleteIfMatchAsync(string key, string etag, CancellationToken cancellation);

    /// <summary>Every object under a prefix, in the order of <see cref="Contracts.KeyOrder"/>.</summary>
    IAsyncEnumerable<ListedObject> ListAsync(string prefix, CancellationToken cancellation);
}
