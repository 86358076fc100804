namespace Pomona.Contracts;

/// <summary>
/// Which files are images by name: the job lists them, the cloud counts them, both the same way. What a computer put beside
/// people's files (hidden files and folders, archivers' and file servers' companions) is neither an image nor a class.
/// </summary>
public static class ImageFileName
{
    private static readonly string[] Extensions =
    [
        ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp", ".dib", ".tif", ".tiff",
        ".heic", ".heif", ".hif", ".avif", ".jxl", ".jp2",
    ];

    /// <summary>
    /// Folders that no person filled: the companions in a macOS archive, a Synology server's thumbnails, what a file system's
    /// repair found. Those that begin with a dot, such as Jupyter's <c>.ipynb_checkpoints</c>, are hidden already.
    /// </summary>
    private static readonly string[] SystemFolders = ["__MACOSX", "@eaDir", "lost+found"];

    /// <summary>Whether the key names an image.</summary>
    /// <param name="key">Relative to the data set's root, with <c>/</c> between folders.</param>
    public static bool IsImage(string key) => KindOf(key) == FileKind.Image;

    /// <summary>What the file is by its name and those of all its folders.</summary>
    /// <param name="key">Relative to the data set's root, with <c>/</c> between folders.</param>
    public static FileKind KindOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var name = key.AsSpan();
        for (int end; (end = name.IndexOf('/')) >= 0; name = name[(end + 1)..])
        {
            if (KindOfPart(name[..end]) is not FileKind.Image and var passedOver)
                return passedOver;
        }

        if (KindOfPart(name) is not FileKind.Image and var hidden)
            return hidden;
        foreach (var extension in Extensions)
        {
            if (name.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
                return FileKind.Image;
        }

        return FileKind.Other;
    }

    private static FileKind KindOfPart(ReadOnlySpan<char> part)
    {
        if (part is ['.', ..])
            return FileKind.Hidden;
        foreach (var folder in SystemFolders)
        {
            if (part.Equals(folder, StringComparison.Ordinal))
                return FileKind.System;
        }

        return FileKind.Image;
    }
}

/// <summary>What a file is, as its name says.</summary>
public enum FileKind
{
    /// <summary>An image.</summary>
    Image,

    /// <summary>Hidden, or in a hidden folder: a name that begins with a dot.</summary>
    Hidden,

    /// <summary>In a folder that a system made: <c>__MACOSX</c>, <c>@eaDir</c>, <c>lost+found</c>.</summary>
    System,

    /// <summary>No known image's extension.</summary>
    Other,
}
