using Pomona.Vision.Formats;

namespace Pomona.Vision.Decoding;

/// <summary>Lets large images be decoded one at a time, so that only one's pixels are in memory, however many threads decode.</summary>
public sealed class LargeImageGate : IDisposable
{
    /// <summary>Images above this many pixels are large: 24 MB as RGB.</summary>
    public const long LargePixels = 8_000_000;

    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Waits until this file may be decoded: at once, unless it is a large image. Balanced by <see cref="Leave"/>.</summary>
    /// <returns>Whether it is large, and its decoder's memory should be given back before leaving.</returns>
    public bool Enter(in ImageHeader header)
    {
        var isLarge = header.PixelCount > LargePixels;
        if (isLarge)
            _one.Wait();
        return isLarge;
    }

    /// <summary>Lets the next large image in.</summary>
    /// <param name="wasLarge">What <see cref="Enter"/> said.</param>
    public void Leave(bool wasLarge)
    {
        if (wasLarge)
            _one.Release();
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();
}
