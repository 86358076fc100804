using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Pomona.Vision.Imaging;

namespace Pomona.Vision.Resizing;

/// <summary>
/// Pillow's bicubic and bilinear <c>resize</c> bit for bit: rows first, rounded and cut to bytes, then columns, likewise;
/// each pass is left out where the size stays.
/// </summary>
internal sealed unsafe class ConvolutionResizer : IDisposable
{
    private readonly int _width;
    private readonly int _height;
    private readonly ResampleAxisCache _columns;
    private readonly ResampleAxisCache _rows;
    private readonly bool _avx2;

    // The rows between the passes. The stride leaves room for whole vectors, as does one more row.
    private readonly int _stride;
    private byte* _between;
    private long _capacity;

    /// <param name="filter">Bicubic or bilinear.</param>
    /// <param name="width">Columns of the result.</param>
    /// <param name="height">Rows of the result.</param>
    /// <param name="avx2">Whether to use AVX2; the result is the same.</param>
    public ConvolutionResizer(ResizeFilter filter, int width, int height, bool avx2)
    {
        _width = width;
        _height = height;
        _columns = new ResampleAxisCache(filter, width);
        _rows = new ResampleAxisCache(filter, height);
        _avx2 = avx2 && Avx2.IsSupported;
        _stride = ((3 * width) + 63) / 32 * 32;
    }

    ~ConvolutionResizer() => Free();

    /// <summary>Resizes into 3 × width × height bytes.</summary>
    public void Resize(RgbImage source, Span<byte> rgb)
    {
        var columns = _columns.For(source.Width);
        var rows = _rows.For(source.Height);
        var first = 0;
        var count = source.Height;
        if (source.Height != _height && source.Width != _width)
        {
            first = rows.FirstUsed;
            count = rows.EndUsed - first;
        }

        Reserve(count + 1);
        if (source.Width != _width)
        {
            var pixels = source.Pointer + (3L * source.Width * first);
            if (_avx2)
                Avx2Convolution.Rows(pixels, 3 * source.Width, count, columns, _between, _stride);
            else
                PortableConvolution.Rows(pixels, 3 * source.Width, count, columns, _between, _stride);
        }
        else
        {
            for (var y = 0; y < count; y++)
                source.Row(y).CopyTo(new Span<byte>(_between + ((long)y * _stride), _stride));
        }

        if (source.Height == _height)
        {
            for (var y = 0; y < _height; y++)
                new ReadOnlySpan<byte>(_between + ((long)y * _stride), 3 * _width).CopyTo(rgb[(3 * _width * y)..]);
        }
        else if (_avx2)
        {
            Avx2Convolution.Columns(_between, _stride, first, 3 * _width, rows, rgb);
        }
        else
        {
            PortableConvolution.Columns(_between, _stride, first, 3 * _width, rows, rgb);
        }

        GC.KeepAlive(source);
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Reserve(int rows)
    {
        var bytes = (long)rows * _stride;
        if (bytes <= _capacity)
            return;
        Free();
        _between = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, 64);
        // Zero weights meet bytes that no pass has written.
        NativeMemory.Clear(_between, (nuint)bytes);
        _capacity = bytes;
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_between);
        _between = null;
        _capacity = 0;
    }
}
