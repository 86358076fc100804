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
        : this(filter, width, height, ResizeVectors.Avx512)
    {
    }

    /// <param name="filter">How.</param>
    /// <param name="width">Columns of the result, 1 or more.</param>
    /// <param name="height">Rows of the result, 1 or more.</param>
    /// <param name="vectors">The widest vectors to use, where the processor has them; the result is the same.</param>
    internal PixelResizer(ResizeFilter filter, int width, int height, ResizeVectors vectors)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        _width = width;
        _height = height;
        switch (filter)
        {
            case ResizeFilter.Bicubic or ResizeFilter.Bilinear:
                _convolution = new ConvolutionResizer(filter, width, height, vectors);
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

    /// <summary>Takes a picture's rows as they are decoded, where the filter can; then <see cref="Finish"/> has the result.</summary>
    public IPixelRows? Strips => _convolution;

    /// <summary>The result of the rows that <see cref="Strips"/> took; the same as of the whole picture.</summary>
    /// <param name="rgb">Takes 3 × width × height bytes.</param>
    public void Finish(Span<byte> rgb)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(rgb.Length, 3 * _width * _height, nameof(rgb));
        _convolution!.Finish(rgb);
    }

    /// <inheritdoc/>
    public void Dispose() => _convolution?.Dispose();
}
