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

    /// <summary>The image's class: the first folder of its key, or <see cref="Unlabelled"/>.</summary>
    public static string LabelOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var end = key.IndexOf('/', StringComparison.Ordinal);
        return end > 0 ? key[..end] : Unlabelled;
    }
}

/// <summary>An image that gave no features: a line of <see cref="RunLayout.Rejected"/>.</summary>
/// <param name="Image">The image's key, as in its <see cref="ManifestEntry"/>.</param>
/// <param name="Reason">One clause that says what was wrong.</param>
public sealed record RejectedImage(string Image, string Reason);
