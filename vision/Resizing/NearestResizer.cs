using Pomona.Vision.Imaging;

namespace Pomona.Vision.Resizing;

/// <summary>
/// Pillow's nearest neighbour: the source pixel under each output pixel's centre (<c>ImagingScaleAffine</c> in its
/// <c>Geometry.c</c>, 9.4). The centres are added up one by one as it does, because their last bits decide between
/// neighbours.
/// </summary>
internal sealed class NearestResizer
{
    private readonly int[] _columns;
    private readonly int[] _rows;

    public NearestResizer(int width, int height)
    {
        _columns = new int[width];
        _rows = new int[height];
    }

    /// <summary>Resizes into 3 × width × height bytes.</summary>
    public void Resize(RgbImage source, Span<byte> rgb)
    {
        Place(_columns, source.Width);
        Place(_rows, source.Height);
        foreach (var y in _rows)
        {
            var from = source.Row(y);
            var into = rgb[..(3 * _columns.Length)];
            for (var x = 0; x < _columns.Length; x++)
                from.Slice(3 * _columns[x], 3).CopyTo(into[(3 * x)..]);
            rgb = rgb[into.Length..];
        }
    }

    private static void Place(int[] places, int source)
    {
        var step = (double)(float)source / places.Length;
        var centre = step * 0.5;
        for (var i = 0; i < places.Length; i++, centre += step)
            places[i] = Math.Min((int)centre, source - 1);
    }
}
