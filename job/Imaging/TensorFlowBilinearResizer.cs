namespace Pomona.Job.Imaging;

/// <summary>
/// TensorFlow's <c>tf.image.resize(method="bilinear", antialias=False)</c>: half-pixel centres, single precision, in the
/// order of operations of its CPU kernel (<c>resize_bilinear_op.cc</c>); see <see cref="ResizeFilter.TensorFlowBilinear"/>
/// for the rounding.
/// </summary>
internal sealed class TensorFlowBilinearResizer
{
    private readonly Neighbours[] _columns;
    private readonly Neighbours[] _rows;

    public TensorFlowBilinearResizer(int width, int height)
    {
        _columns = new Neighbours[width];
        _rows = new Neighbours[height];
    }

    /// <summary>Resizes into 3 × width × height bytes.</summary>
    public void Resize(RgbImage source, Span<byte> rgb)
    {
        Place(_columns, source.Width);
        Place(_rows, source.Height);
        foreach (var row in _rows)
        {
            var top = source.Row(row.Lower);
            var bottom = source.Row(row.Upper);
            var into = rgb[..(3 * _columns.Length)];
            for (var x = 0; x < _columns.Length; x++)
            {
                var column = _columns[x];
                for (var channel = 0; channel < 3; channel++)
                {
                    var left = (3 * column.Lower) + channel;
                    var right = (3 * column.Upper) + channel;
                    var above = top[left] + ((top[right] - top[left]) * column.Share);
                    var below = bottom[left] + ((bottom[right] - bottom[left]) * column.Share);
                    into[(3 * x) + channel] = (byte)(above + ((below - above) * row.Share) + 0.5f);
                }
            }

            rgb = rgb[into.Length..];
        }
    }

    private static void Place(Neighbours[] places, int source)
    {
        var scale = source / (float)places.Length;
        for (var i = 0; i < places.Length; i++)
        {
            var at = ((i + 0.5f) * scale) - 0.5f;
            var floor = MathF.Floor(at);
            places[i] = new Neighbours(
                Math.Max((int)floor, 0),
                Math.Min((int)MathF.Ceiling(at), source - 1),
                at - floor);
        }
    }

    private readonly record struct Neighbours(int Lower, int Upper, float Share);
}
