using Pomona.Vision.Imaging;

namespace Pomona.Vision.Resizing;

/// <summary>
/// Resizes images of any size to one size. One per thread: it keeps the weights of the source sizes seen last and the
/// memory between the passes, and allocates nothing once it has seen a size.
/// </summary>
public sealed class PixelResizer : IDisposable
{
    private readonly int _width;
    private readonly int _height;
    private readonly ConvolutionResizer? _convolution;
    private readonly NearestResizer? _nearest;
    private readonly TensorFlowBilinearResizer? _tensorFlow;

    /// <param name="filter">How.</param>
    /// <param name="width">Columns of the result, 1 or more.</param>
    /// <param name="height">Rows of the result, 1 or more.</param>
    public PixelResizer(ResizeFilter filter, int width, int height)
        : this(filter, width, height, avx2: true)
    {
    }

    /// <param name="filter">How.</param>
    /// <param name="width">Columns of the result, 1 or more.</param>
    /// <param name="height">Rows of the result, 1 or more.</param>
    /// <param name="avx2">Whether to use AVX2 where the processor has it; the result is the same.</param>
    internal PixelResizer(ResizeFilter filter, int width, int height, bool avx2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        _width = width;
        _height = height;
        switch (filter)
        {
            case ResizeFilter.Bicubic or ResizeFilter.Bilinear:
                _convolution = new ConvolutionResizer(filter, width, height, avx2);
                break;
            case ResizeFilter.Nearest:
                _nearest = new NearestResizer(width, height);
                break;
            case ResizeFilter.TensorFlowBilinear:
                _tensorFlow = new TensorFlowBilinearResizer(width, height);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(filter), filter, "there is no such filter");
        }
    }

    /// <summary>Resizes one image; one that has the size already is copied.</summary>
    /// <param name="source">The pixels.</param>
    /// <param name="rgb">Takes 3 × width × height bytes: red, green, blue, row by row.</param>
    public void Resize(RgbImage source, Span<byte> rgb)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rgb.Length, 3 * _width * _height, nameof(rgb));
        if (source.Width == _width && source.Height == _height)
            source.Pixels.CopyTo(rgb);
        else if (_convolution is not null)
            _convolution.Resize(source, rgb);
        else if (_nearest is not null)
            _nearest.Resize(source, rgb);
        else
            _tensorFlow!.Resize(source, rgb);
    }

    /// <inheritdoc/>
    public void Dispose() => _convolution?.Dispose();
}
