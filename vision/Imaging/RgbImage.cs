namespace Pomona.Vision.Imaging;

/// <summary>The pixels of one image, in memory that is reused from image to image.</summary>
/// <param name="shelf">Where the memory of large images comes from and goes to; null: the system.</param>
public sealed unsafe class RgbImage(PixelShelf? shelf = null) : IPixelRows, IDisposable
{
    /// <summary>Readable bytes after the last pixel, so that vector code may load whole vectors there.</summary>
    public const int Padding = 64;

    private PixelBlock _memory;

    /// <summary>Frees the pixels of an image that nobody disposed of.</summary>
    ~RgbImage() => _memory.Free();

    /// <summary>Columns.</summary>
    public int Width { get; private set; }

    /// <summary>Rows.</summary>
    public int Height { get; private set; }

    /// <summary>Red, green, blue of each pixel, row by row from the top left, without gaps: 3 × width × height bytes.</summary>
    public Span<byte> Pixels => new(Pointer, 3 * Width * Height);

    /// <summary>The first pixel; <see cref="Padding"/> bytes after the last may be read, but mean nothing.</summary>
    internal byte* Pointer => (byte*)_memory.Address;

    /// <summary>The bytes of pixels that it has memory for.</summary>
    internal long Capacity => _memory.Bytes;

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
        if (!_memory.Fits(bytes))
        {
            GiveBack();
            var kept = shelf?.Take(bytes) ?? default;
            _memory = kept.Bytes > 0 ? kept : PixelBlock.Allocate(bytes);
        }

        Width = width;
        Height = height;
    }

    /// <summary>Gives large memory back until the next image; then this one is a single pixel.</summary>
    public void Clear() => Reset(1, 1);

    /// <inheritdoc/>
    public void Begin(int width, int height) => Reset(width, height);

    /// <inheritdoc/>
    public Span<byte> Rows(int top, int count) => Pixels.Slice(3 * Width * top, 3 * Width * count);

    /// <inheritdoc/>
    public void Written(int top, int count)
    {
        // They are where they stay.
    }

    /// <summary>Exchanges size and pixels with another image, without copying.</summary>
    public void ExchangeWith(RgbImage other)
    {
        ArgumentNullException.ThrowIfNull(other);
        (_memory, other._memory) = (other._memory, _memory);
        (Width, other.Width) = (other.Width, Width);
        (Height, other.Height) = (other.Height, Height);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        GiveBack();
        GC.SuppressFinalize(this);
    }

    private void GiveBack()
    {
        var memory = _memory;
        (_memory, Width, Height) = (default, 0, 0);
        if (shelf is not null && memory.IsLarge)
            shelf.Put(memory);
        else
            memory.Free();
    }
}
