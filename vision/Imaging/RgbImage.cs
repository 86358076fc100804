using System.Runtime.InteropServices;

namespace Pomona.Vision.Imaging;

/// <summary>
/// The pixels of one image, in memory that is reused from image to image. It is native memory, so that one huge photo
/// among small ones goes back to the system at once and does not stay in the garbage collector's large object heap.
/// </summary>
public sealed unsafe class RgbImage : IPixelRows, IDisposable
{
    /// <summary>Readable bytes after the last pixel, so that vector code may load whole vectors there.</summary>
    public const int Padding = 64;

    // Below this a buffer is never given back: photos of mixed sizes would allocate all the time.
    private const long KeptBytes = 16 << 20;

    private byte* _pixels;

    /// <summary>Frees the pixels of an image that nobody disposed of.</summary>
    ~RgbImage() => Free();

    /// <summary>Columns.</summary>
    public int Width { get; private set; }

    /// <summary>Rows.</summary>
    public int Height { get; private set; }

    /// <summary>Red, green, blue of each pixel, row by row from the top left, without gaps: 3 × width × height bytes.</summary>
    public Span<byte> Pixels => new(_pixels, 3 * Width * Height);

    /// <summary>The first pixel; <see cref="Padding"/> bytes after the last may be read, but mean nothing.</summary>
    internal byte* Pointer => _pixels;

    /// <summary>The bytes of pixels that it has memory for.</summary>
    internal long Capacity { get; private set; }

    /// <summary>Whether its memory goes back where it becomes a small image.</summary>
    internal bool IsLarge => Capacity > KeptBytes;

    /// <summary>One row: 3 × width bytes.</summary>
    public Span<byte> Row(int y) => Pixels.Slice(3 * Width * y, 3 * Width);

    /// <summary>Makes it an image of this size; what the pixels are is undefined until they are written.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side below 1, or more than 2^31 bytes of pixels.</exception>
    public void Reset(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        var bytes = 3L * width * height;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, int.MaxValue, nameof(height));
        if (!Holds(bytes))
        {
            Free();
            _pixels = (byte*)NativeMemory.AlignedAlloc((nuint)bytes + Padding, 64);
            Capacity = bytes;
            new Span<byte>(_pixels + bytes, Padding).Clear();
        }

        Width = width;
        Height = height;
    }

    /// <inheritdoc/>
    public void Begin(int width, int height) => Reset(width, height);

    /// <inheritdoc/>
    public Span<byte> Rows(int top, int count) => Pixels.Slice(3 * Width * top, 3 * Width * count);

    /// <inheritdoc/>
    public void Written(int top, int count)
    {
        // They are where they stay.
    }

    /// <summary>Whether it can become an image of so many bytes with the memory that it has, and little of it idle.</summary>
    internal bool Holds(long bytes) => Capacity >= bytes && (!IsLarge || bytes >= Capacity / 4);

    /// <summary>Exchanges size and pixels with another image, without copying.</summary>
    public void ExchangeWith(RgbImage other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var pixels = _pixels;
        _pixels = other._pixels;
        other._pixels = pixels;
        (Capacity, other.Capacity) = (other.Capacity, Capacity);
        (Width, other.Width) = (other.Width, Width);
        (Height, other.Height) = (other.Height, Height);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_pixels);
        _pixels = null;
        Capacity = 0;
        Width = 0;
        Height = 0;
    }
}
