using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Pomona.Vision.Imaging;

namespace Pomona.Vision.Resizing;

/// <summary>
/// Pillow's bicubic and bilinear <c>resize</c> bit for bit: rows first, rounded and cut to bytes, then columns, likewise;
/// each pass is left out where the size stays.
/// </summary>
internal sealed unsafe class ConvolutionResizer : IPixelRows, IDisposable
{
    private readonly int _width;
    private readonly int _height;
    private readonly ResampleAxisCache _columns;
    private readonly ResampleAxisCache _rows;
    private readonly bool _avx2;
    private readonly bool _avx512;

    // The rows between the passes. The stride leaves room for whole vectors, as does one more row.
    private readonly int _stride;
    private byte* _between;
    private long _capacity;

    // The rows that are being decoded.
    private byte* _strip;
    private long _stripCapacity;

    // Of the picture at hand: its size, its weights, and which of its rows count.
    private int _sourceWidth;
    private int _sourceHeight;
    private ResampleAxis? _columnWeights;
    private ResampleAxis? _rowWeights;
    private int _first;
    private int _count;

    /// <param name="filter">Bicubic or bilinear.</param>
    /// <param name="width">Columns of the result.</param>
    /// <param name="height">Rows of the result.</param>
    /// <param name="vectors">The widest vectors to use, where the processor has them; the result is the same.</param>
    public ConvolutionResizer(ResizeFilter filter, int width, int height, ResizeVectors vectors)
    {
        _width = width;
        _height = height;
        _columns = new ResampleAxisCache(filter, width);
        _rows = new ResampleAxisCache(filter, height);
        _avx2 = vectors >= ResizeVectors.Avx2 && Avx2.IsSupported;
        _avx512 = vectors >= ResizeVectors.Avx512 && Avx512BW.IsSupported;
        _stride = ((3 * width) + 63) / 32 * 32;
    }

    ~ConvolutionResizer() => Free();

    /// <summary>Resizes into 3 × width × height bytes.</summary>
    public void Resize(RgbImage source, Span<byte> rgb)
    {
        Begin(source.Width, source.Height);
        Add(source.Pointer, 0, source.Height);
        Finish(rgb);
        GC.KeepAlive(source);
    }

    /// <inheritdoc/>
    public void Begin(int width, int height)
    {
        (_sourceWidth, _sourceHeight) = (width, height);
        _rowWeights = _rows.For(height);
        _columnWeights = _columns.For(width);
        (_first, _count) = height != _height && width != _width
            ? (_rowWeights.FirstUsed, _rowWeights.EndUsed - _rowWeights.FirstUsed)
            : (0, height);
        Reserve(ref _between, ref _capacity, (_count + 1L) * _stride);
    }

    /// <inheritdoc/>
    public Span<byte> Rows(int top, int count)
    {
        var bytes = 3L * _sourceWidth * count;
        Reserve(ref _strip, ref _stripCapacity, bytes + RgbImage.Padding);
        return new Span<byte>(_strip, checked((int)bytes));
    }

    /// <inheritdoc/>
    public void Written(int top, int count) => Add(_strip, top, count);

    /// <summary>The result, when all rows have been written.</summary>
    public void Finish(Span<byte> rgb)
    {
        if (_sourceHeight == _height)
        {
            for (var y = 0; y < _height; y++)
                new ReadOnlySpan<byte>(_between + ((long)y * _stride), 3 * _width).CopyTo(rgb[(3 * _width * y)..]);
        }
        else if (_avx2)
        {
            Avx2Convolution.Columns(_between, _stride, _first, 3 * _width, _rowWeights!, rgb);
        }
        else
        {
            PortableConvolution.Columns(_between, _stride, _first, 3 * _width, _rowWeights!, rgb);
        }
    }

    // The pass along rows, of those that the other pass needs.
    private void Add(byte* rows, int top, int count)
    {
        var from = Math.Max(top, _first);
        var end = Math.Min(top + count, _first + _count);
        if (from >= end)
            return;
        var pixels = rows + (3L * _sourceWidth * (from - top));
        var into = _between + ((long)(from - _first) * _stride);
        if (_sourceWidth == _width)
        {
            for (var y = 0; y < end - from; y++)
                Buffer.MemoryCopy(pixels + (3L * _width * y), into + ((long)y * _stride), _stride, 3 * _width);
        }
        else if (_avx512 && _columnWeights!.Stride >= Avx512Convolution.FewestWeights)
        {
            Avx512Convolution.Rows(pixels, 3 * _sourceWidth, end - from, _columnWeights!, into, _stride);
        }
        else if (_avx2)
        {
            Avx2Convolution.Rows(pixels, 3 * _sourceWidth, end - from, _columnWeights!, into, _stride);
        }
        else
        {
            PortableConvolution.Rows(pixels, 3 * _sourceWidth, end - from, _columnWeights!, into, _stride);
        }
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private static void Reserve(ref byte* buffer, ref long capacity, long bytes)
    {
        if (bytes <= capacity)
            return;
        NativeMemory.AlignedFree(buffer);
        capacity = 0;
        buffer = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, 64);
        // Zero weights meet bytes that no pass has written.
        NativeMemory.Clear(buffer, (nuint)bytes);
        capacity = bytes;
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_between);
        NativeMemory.AlignedFree(_strip);
        _between = null;
        _strip = null;
        (_capacity, _stripCapacity) = (0, 0);
    }
}

/// <summary>The processor's vectors, from none in particular to the widest.</summary>
internal enum ResizeVectors
{
    Portable,
    Avx2,
    Avx512,
}
