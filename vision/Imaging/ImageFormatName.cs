namespace Pomona.Vision.Imaging;

/// <summary>The formats' names as people write them.</summary>
internal static class ImageFormatName
{
    /// <summary>For instance <c>JPEG</c>.</summary>
    public static string Name(this ImageFormat format) => format switch
    {
        ImageFormat.WebP => "WebP",
        ImageFormat.Unknown => "file",
        _ => format.ToString().ToUpperInvariant(),
    };
}
