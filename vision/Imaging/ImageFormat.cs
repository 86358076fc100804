namespace Pomona.Vision.Imaging;

/// <summary>The formats that are decoded, found by a file's first bytes and never by its name.</summary>
public enum ImageFormat
{
    /// <summary>None of the formats below.</summary>
    Unknown,

    /// <summary>JPEG: baseline or progressive; grey, YCbCr, RGB, CMYK or YCCK.</summary>
    Jpeg,

    /// <summary>PNG, 1 to 16 bits per channel; the first frame of an animated one.</summary>
    Png,

    /// <summary>WebP, lossy or lossless; the first frame of an animated one.</summary>
    WebP,

    /// <summary>GIF; the first frame of an animated one.</summary>
    Gif,

    /// <summary>Windows or OS/2 bitmap.</summary>
    Bmp,

    /// <summary>TIFF or BigTIFF; the first page.</summary>
    Tiff,

    /// <summary>HEIC: the primary image, or the first of a sequence.</summary>
    Heic,

    /// <summary>AVIF; likewise.</summary>
    Avif,

    /// <summary>JPEG XL; the first frame of an animated one.</summary>
    JpegXl,

    /// <summary>JPEG 2000, in boxes or bare.</summary>
    Jpeg2000,
}

/// <summary>The formats' names as people write them, and who decodes them.</summary>
internal static class ImageFormatName
{
    /// <summary>Whether ImageMagick decodes it, on threads of its libraries' own.</summary>
    public static bool IsMagicks(this ImageFormat format)
        => format is ImageFormat.Heic or ImageFormat.Avif or ImageFormat.JpegXl or ImageFormat.Jpeg2000;

    /// <summary>For instance <c>JPEG</c>.</summary>
    public static string Name(this ImageFormat format) => format switch
    {
        ImageFormat.WebP => "WebP",
        ImageFormat.JpegXl => "JPEG XL",
        ImageFormat.Jpeg2000 => "JPEG 2000",
        ImageFormat.Unknown => "file",
        _ => format.ToString().ToUpperInvariant(),
    };
}
