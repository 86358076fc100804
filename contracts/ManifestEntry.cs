
namespace Pomona.Contracts;

/// <summary>One image of a run's snapshot: a line of <see cref="RunLayout.Manifest(int)"/>.</summary>
/// <param name="Key">
/// Where the image is, relative to the data set's root, with <c>/</c> between folders: <c>&lt;class&gt;/&lt;image&gt;</c>.
/// </param>
/// <param name="Size">Bytes.</param>
/// <param name="ETag">The store's version of the object: S3's ETag without quotes, or a file's size and change time.</param>
public sealed record ManifestEntry(string Key, long Size, string ETag)
{
    /// <summary>The label of images that are in no sub-folder.</summary>
    public const string Unlabelled = "unlabelled";

    /// <summary>The version of what is listed and cannot be read: an odd file, or a folder that cannot be listed (its key ends with a slash).</summary>
    public const string Unreadable = "unreadable";

    /// <summary>The image's class: the first folder of its key, or <see cref="Unlabelled"/>.</summary>
    public static string LabelOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return IsInFolder(key) ? key[..key.IndexOf('/', StringComparison.Ordinal)] : Unlabelled;
    }

    /// <summary>Whether the image is in a folder, and so has a class of a name that a person gave.</summary>
    public static bool IsInFolder(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.IndexOf('/', StringComparison.Ordinal) > 0;
    }

    /// <summary>The entries of a manifest, in order; null where it holds anything that no listing gives, or in another order.</summary>
    /// <param name="manifest">The file: a line of JSON per image.</param>
    public static IReadOnlyList<ManifestEntry>? TryReadAll(ReadOnlySpan<byte> manifest)
    {
        var entries = new List<ManifestEntry>(RunPlan.DefaultShardSize);
        while (!manifest.IsEmpty)
        {
            var end = manifest.IndexOf((byte)'\n');
            var line = end < 0 ? manifest : manifest[..end];
            if (!line.IsEmpty)
            {
                var entry = TryParse(line);
                if (entry is null || (entries.Count > 0 && KeyOrder.Instance.Compare(entries[^1].Key, entry.Key) >= 0))
                    return null;
                entries.Add(entry);
            }

            manifest = end < 0 ? [] : manifest[(end + 1)..];
        }

        return entries;
    }

    /// <summary>A line; null when no listing gives it. Names that lead out of the input are no images' (<see cref="ImageFileName"/>).</summary>
    private static ManifestEntry? TryParse(ReadOnlySpan<byte> line)
        => JsonText.TryRead(line, ContractJson.Readable.ManifestEntry) is { Key: not null, ETag.Length: > 0, Size: >= 0 } entry
            && ImageFileName.IsImage(entry.Key) && !entry.Key.Contains('\0', StringComparison.Ordinal) ? entry : null;
}

/// <summary>An image that gave no features: a line of <see cref="RunLayout.Rejected"/>.</summary>
/// <param name="Image">The image's key, as in its <see cref="ManifestEntry"/>.</param>
/// <param name="Reason">One clause that says what was wrong.</param>
public sealed record RejectedImage(string Image, string Reason)
{
    private const int LongestReason = 500;

    /// <inheritdoc cref="RejectedImage" path="/param[@name='Reason']"/>
    /// <remarks>A line of its own whoever wrote the file.</remarks>
    public string Reason { get; } = Reason is null ? null! : Printable.Excerpt(Reason, LongestReason);
}
