namespace Pomona.Contracts;

/// <summary>
/// What is large among a listing's images: of each its bytes beyond <see cref="SmallImage"/>, summed up by what its format costs a
/// decoder for a byte. So a cluster can be sized by what images cost before any of them is read.
/// </summary>
/// <param name="Jpeg">Of JPEGs.</param>
/// <param name="WebP">Of WebP files.</param>
/// <param name="Heif">Of HEIC and JPEG 2000: small files of many pixels. Of an earlier version's plan also of the two below.</param>
/// <param name="Other">Of PNG, GIF, TIFF and BMP, which hold many bytes for a pixel.</param>
/// <param name="Avif">Of AVIF.</param>
/// <param name="JpegXl">Of JPEG XL.</param>
public sealed record LargeImageBytes(long Jpeg = 0, long WebP = 0, long Heif = 0, long Other = 0, long Avif = 0, long JpegXl = 0)
{
    /// <summary>Up to so many bytes an image is small: what it costs is the model's work, not the decoder's.</summary>
    public const long SmallImage = 64 << 10;

    /// <summary>None.</summary>
    public static LargeImageBytes None { get; } = new();

    /// <summary>With one further image.</summary>
    /// <param name="key">As in its <see cref="ManifestEntry"/>; the end of its name says its format.</param>
    /// <param name="size">Its bytes.</param>
    public LargeImageBytes With(string key, long size)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (size <= SmallImage)
            return this;
        var beyond = size - SmallImage;
        return ImageFileName.CostOf(key) switch
        {
            ImageCost.Jpeg => this with { Jpeg = Jpeg + beyond },
            ImageCost.WebP => this with { WebP = WebP + beyond },
            ImageCost.Heif => this with { Heif = Heif + beyond },
            ImageCost.Avif => this with { Avif = Avif + beyond },
            ImageCost.JpegXl => this with { JpegXl = JpegXl + beyond },
            _ => this with { Other = Other + beyond },
        };
    }
}
