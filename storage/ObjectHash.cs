using System.Security.Cryptography;
using Pomona.Contracts;

namespace Pomona.Storage;

/// <summary>What an object holds, told by its hash.</summary>
/// <param name="ETag">The version that was read.</param>
/// <param name="Sha256">Of its content, 64 lower-case hexadecimal digits.</param>
public sealed record ObjectHash(string ETag, string Sha256)
{
    /// <summary>Reads an object through, in memory that does not grow with it; null when there is none.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public static async Task<ObjectHash?> TryReadAsync(IStore store, string key, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(store);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var etag = await store.TryScanAsync(
            key,
            () =>
            {
                // Once more from the beginning, where a connection broke.
                _ = hash.GetHashAndReset();
                return piece => hash.AppendData(piece.Span);
            },
            cancellation).ConfigureAwait(false);
        return etag is null ? null : new ObjectHash(etag, Sha256Text.Of(hash));
    }
}
