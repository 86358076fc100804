namespace Pomona.Vision.Imaging;

/// <summary>What a decoder accepts and how it sees it.</summary>
/// <param name="MaxMegapixels">
/// The largest image, in millions of pixels; a larger one is rejected by its header, before anything is decoded. Decoding
/// takes up to twelve bytes of memory per pixel while it lasts, three of them the result.
/// </param>
/// <param name="HonourOrientation">
/// Turn and mirror the pixels as the EXIF orientation says, as Pillow's <c>ImageOps.exif_transpose</c> does. A plain
/// <c>Image.open</c> and Keras ignore it; the orientation of a TIFF is always honoured, as in Pillow.
/// </param>
/// <param name="DraftFor">
/// The size that the image will be resized to, upright, where a JPEG or a WebP may be decoded at a scale for it
/// (<see cref="DecodeMode.Scaled"/>); null decodes every pixel.
/// </param>
public sealed record DecodeSettings(
    double MaxMegapixels = 100, bool HonourOrientation = true, (int Width, int Height)? DraftFor = null)
{
    /// <summary>
    /// The most scans of a JPEG. Encoders make about ten; each passes over all pixels, so that a file of thousands, legal and
    /// small, takes minutes.
    /// </summary>
    public const int MaxScans = 100;

    /// <summary>
    /// The longest side, in pixels: what a JPEG can be. A strip of one pixel by a hundred million passes any limit in
    /// megapixels, but not the memory of the resizer.
    /// </summary>
    public const int MaxSide = 65_535;
}

/// <summary>A file that gives no pixels.</summary>
/// <param name="reason">
/// One clause that a person understands, lower case and without a full stop: <c>truncated JPEG: the file ends before the
/// image does</c>. It never depends on the machine, the thread or what was decoded before.
/// </param>
public sealed class RejectedImageException(string reason) : Exception(reason);
