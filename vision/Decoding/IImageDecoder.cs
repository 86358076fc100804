using Pomona.Vision.Formats;
using Pomona.Vision.Imaging;

namespace Pomona.Vision.Decoding;

/// <summary>Turns the bytes of image files into RGB pixels, one after another.</summary>
public interface IImageDecoder : IDisposable
{
    /// <summary>Decodes one file whose header has been read already.</summary>
    /// <param name="header">The file's.</param>
    /// <param name="file">The whole file.</param>
    /// <param name="into">Takes size and pixels; undefined when this throws.</param>
    /// <exception cref="RejectedImageException">The file gives no pixels; the message is the reason, one clause.</exception>
    void Decode(in ImageHeader header, ReadOnlySpan<byte> file, RgbImage into);

    /// <summary>What decoding a file takes of memory besides it, in bytes (<see cref="DecodingCost"/>).</summary>
    /// <param name="header">The file's.</param>
    /// <param name="file">The whole file.</param>
    /// <param name="byStrips">Whether <see cref="TryDecodeByStrips"/> is to decode it.</param>
    long CostOf(in ImageHeader header, ReadOnlySpan<byte> file, bool byStrips);

    /// <summary>Whether <see cref="TryDecodeByStrips"/> is to be asked: it is not always a gain.</summary>
    /// <param name="header">The file's.</param>
    /// <param name="file">The whole file.</param>
    bool GoesByStrips(in ImageHeader header, ReadOnlySpan<byte> file);

    /// <summary>Decodes one file for which <see cref="GoesByStrips"/> is true; the pixels are those of <see cref="Decode"/>.</summary>
    /// <param name="header">The file's.</param>
    /// <param name="file">The whole file.</param>
    /// <param name="into">Takes the rows.</param>
    /// <returns>False when the picture is to be turned, and its rows are not those that are seen: decode it whole.</returns>
    /// <exception cref="RejectedImageException">The file gives no pixels; the message is the reason, one clause.</exception>
    bool TryDecodeByStrips(in ImageHeader header, ReadOnlySpan<byte> file, IPixelRows into);
}
