namespace Pomona.Vision.Models.TensorFlowJs;

/// <summary>Zeros around an image tensor.</summary>
internal readonly record struct SpatialPadding(int Top, int Left, int Bottom, int Right)
{
    /// <summary>As ONNX's <c>pads</c> wants it.</summary>
    public long[] Pads => [Top, Left, Bottom, Right];

    /// <summary>
    /// TensorFlow's SAME: ceil(size / stride) outputs; where the padding is odd, the end gets the extra row or column.
    /// </summary>
    public static SpatialPadding Same(int height, int width, int kernelHeight, int kernelWidth, int strideY, int strideX)
    {
        var (top, bottom) = Same(height, kernelHeight, strideY);
        var (left, right) = Same(width, kernelWidth, strideX);
        return new SpatialPadding(top, left, bottom, right);
    }

    /// <summary>Both paddings, one around the other.</summary>
    public static SpatialPadding operator +(SpatialPadding a, SpatialPadding b)
        => new(a.Top + b.Top, a.Left + b.Left, a.Bottom + b.Bottom, a.Right + b.Right);

    private static (int Before, int After) Same(int size, int kernel, int stride)
    {
        var outputs = (size + stride - 1) / stride;
        var padding = Math.Max((outputs - 1) * stride + kernel - size, 0);
        return (padding / 2, padding - padding / 2);
    }
}
