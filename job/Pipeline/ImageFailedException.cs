using Pomona.Contracts;

namespace Pomona.Job.Pipeline;

/// <summary>Working on an image failed in a way that is not the image's: a fault, which ends the run and names the image.</summary>
internal sealed class ImageFailedException(string image, Exception cause)
    : Exception($"image '{Printable.Excerpt(image)}': {cause.Message}", cause)
{
    /// <summary>The image's key.</summary>
    public string Image { get; } = image;
}
