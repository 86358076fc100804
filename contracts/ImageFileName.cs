namespace Pomona.Contracts;

/// <summary>Which files are images by name: the job lists them, the cloud counts them, both the same way.</summary>
public static class ImageFileName
{
    private static readonly string[] Extensions =
    [
        ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp", ".dib", ".tif", ".tiff",
        ".heic", ".heif", ".hif", ".avif", ".jxl", ".jp2",
    ];

    /// <summary>
    /// Whether the last part of the key names an image: a known extension in any case, and not hidden (a leading dot, as
    /// in the <c>._photo.jpg</c> companions that macOS leaves).
    /// </summary>
    public static bool IsImage(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var name = key.AsSpan(key.LastIndexOf('/') + 1);
        if (name.IsEmpty || name[0] == '.')
            return false;

        foreach (var extension in Extensions)
        {
            if (name.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
