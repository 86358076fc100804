using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Pomona.Contracts;

/// <summary>
/// The fingerprint of a snapshot: SHA-256 over every entry in order, each as its key and ETag (UTF-8, each followed by a
/// zero byte) and its size (eight bytes, little endian). Two snapshots are equal when their fingerprints are.
/// </summary>
public sealed class SnapshotFingerprint : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Adds the next entry.</summary>
    public void Add(ManifestEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        Append(entry.Key);
        Append(entry.ETag);
        Span<byte> size = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(size, entry.Size);
        _hash.AppendData(size);
    }

    /// <summary>The fingerprint of the entries added so far, 64 lower-case hexadecimal digits.</summary>
    public string Current() => Convert.ToHexString(_hash.GetCurrentHash()).ToLowerInvariant();

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private void Append(string text)
    {
        _hash.AppendData(Encoding.UTF8.GetBytes(text));
        _hash.AppendData([0]);
    }
}
