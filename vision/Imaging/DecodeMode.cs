using Pomona.Contracts;

namespace Pomona.Vision.Imaging;

/// <summary>
/// How much of an image is decoded before it is resized. The choice changes the features a little (camera photos: median
/// cosine 0.9999), so it is written into the model files and the report.
/// </summary>
public enum DecodeMode
{
    /// <summary>Every pixel.</summary>
    Exact,

    /// <summary>
    /// Of a JPEG the smallest DCT scale (1/2, 1/4, 1/8) whose sides are no less than three times those that the image is
    /// resized to: the pixels of Pillow's <c>draft</c> with that size. An opaque still WebP
    /// that is at least twice as large as that: by libwebp's own scaler, to that size. Other formats as <see cref="Exact"/>.
    /// </summary>
    Scaled,
}

/// <summary>The modes' names on the command line, in model files and in reports.</summary>
public static class DecodeModeName
{
    /// <summary>Every name, the default first.</summary>
    public static IReadOnlyList<string> All { get; } = [JobArguments.Exact, JobArguments.Scaled];

    /// <summary>The mode's name.</summary>
    public static string Of(DecodeMode mode) => All[(int)mode];
}
