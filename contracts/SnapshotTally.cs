using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Pomona.Contracts;

/// <summary>
/// What a listing amounts to: which of its files are images and how many, their size, and their fingerprint. Whoever lists a
/// data set (the job, MeasureDataset, PlanRun) adds every file here, so that all agree. Memory does not grow with them.
/// </summary>
/// <remarks>
/// The fingerprint is SHA-256 over every image in order, each as its key and ETag (UTF-8, each followed by a zero byte) and
/// its size (eight bytes, little endian). Two snapshots are equal when their fingerprints are.
/// </remarks>
public sealed class SnapshotTally : IDisposable
{
    private readonly TestSplitTally _split;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Begins.</summary>
    /// <param name="testSplit">The first folder whose images are asked to be for testing; null where none is.</param>
    public SnapshotTally(string? testSplit = null) => _split = new TestSplitTally(testSplit);

    /// <summary>Which images are for testing alone; null when none are.</summary>
    public TestSplit? TestSplit => _split.Split;

    /// <summary>How many images there are.</summary>
    public long Images { get; private set; }

    /// <summary>Their size together.</summary>
    public long Bytes { get; private set; }

    /// <summary>What is large of them.</summary>
    public LargeImageBytes Large { get; private set; } = LargeImageBytes.None;

    /// <summary>How many of the images are in no folder.</summary>
    public long Loose { get; private set; }

    /// <summary>How many other files.</summary>
    public long SkippedFiles => PassedOver.Files;

    /// <summary>What they are.</summary>
    public PassedOver PassedOver { get; private set; } = PassedOver.None;

    /// <summary>The fingerprint of the images added so far, 64 lower-case hexadecimal digits.</summary>
    public string Fingerprint => Convert.ToHexString(_hash.GetCurrentHash()).ToLowerInvariant();

    /// <summary>
    /// Adds the next file: what is no image by name (<see cref="ImageFileName"/>) is only counted, and a folder's placeholder
    /// (a key that ends with a slash) not even that, unless it stands for a folder that may hold images and cannot be listed.
    /// </summary>
    /// <returns>Whether it is an image.</returns>
    public bool Add(ManifestEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Key.Length == 0 || entry.Key.EndsWith('/'))
        {
            if (entry.ETag == ManifestEntry.Unreadable && ImageFileName.IsImage(entry.Key + "any.jpg"))
                PassedOver = PassedOver.WithFolder(entry.Key);
            return false;
        }

        var kind = ImageFileName.KindOf(entry.Key);
        if (kind != FileKind.Image)
        {
            PassedOver = PassedOver.With(kind, entry.Key);
            return false;
        }

        Append(entry.Key);
        Append(entry.ETag);
        Span<byte> size = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(size, entry.Size);
        _hash.AppendData(size);
        Images++;
        _split.Add(entry.Key);
        if (!ManifestEntry.IsInFolder(entry.Key))
            Loose++;
        Bytes += entry.Size;
        Large = Large.With(entry.Key, entry.Size);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private void Append(string text)
    {
        _hash.AppendData(Encoding.UTF8.GetBytes(text));
        _hash.AppendData([0]);
    }
}
