namespace Pomona.Contracts;

/// <summary>
/// Which files are images by name: the job lists them, the cloud counts them, both the same way. What a computer put beside
/// people's files (hidden files and folders, archivers' and file servers' companions) is neither an image nor a class.
/// </summary>
public static class ImageFileName
{
    // By format, the usual extension first.
    private static readonly (ImageCost Cost, string[] Extensions)[] Formats =
    [
        (ImageCost.Jpeg, [".jpg", ".jpeg", ".jpe", ".jfif"]),
        (ImageCost.Other, [".png"]),
        (ImageCost.WebP, [".webp"]),
        (ImageCost.Other, [".gif"]),
        (ImageCost.Other, [".bmp", ".dib"]),
        (ImageCost.Other, [".tif", ".tiff"]),
        (ImageCost.Heif, [".heic", ".heif", ".hif"]),
        (ImageCost.Avif, [".avif"]),
        (ImageCost.JpegXl, [".jxl"]),
        (ImageCost.Heif, [".jp2"]),
    ];

    /// <summary>Each format's usual extension, for people: <c>.jpg, .png, … or .jp2</c>.</summary>
    public static string Usual { get; } = $"{string.Join(", ", Formats.SkipLast(1).Select(static format => format.Extensions[0]))} or {Formats[^1].Extensions[0]}";

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
        return FormatOf(name) is null ? FileKind.Other : FileKind.Image;
    }

    /// <summary>What a byte of the image costs a decoder.</summary>
    /// <param name="key">As in its <see cref="ManifestEntry"/>; the end of its name says its format.</param>
    public static ImageCost CostOf(string key) => FormatOf(key) ?? ImageCost.Other;

    private static ImageCost? FormatOf(ReadOnlySpan<char> name)
    {
        foreach (var (cost, extensions) in Formats)
        {
            foreach (var extension in extensions)
            {
                if (name.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
                    return cost;
            }
        }

        return null;
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

/// <summary>What a format costs a decoder for a byte: <see cref="LargeImageBytes"/> has a sum of each.</summary>
public enum ImageCost
{
    /// <summary>A JPEG's.</summary>
    Jpeg,

    /// <summary>A WebP's.</summary>
    WebP,

    /// <summary>A HEIC's, or JPEG 2000's: small files of many pixels.</summary>
    Heif,

    /// <summary>An AVIF's.</summary>
    Avif,

    /// <summary>A JPEG XL's.</summary>
    JpegXl,

    /// <summary>That of PNG, GIF, TIFF and BMP, which hold many bytes for a pixel.</summary>
    Other,
}
