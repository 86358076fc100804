namespace Pomona.Vision.Imaging;

/// <summary>The weights of the source sizes seen last: photos of one camera share a few sizes.</summary>
internal sealed class ResampleAxisCache(ResizeFilter filter, int output)
{
    private const int Kept = 8;

    private readonly List<ResampleAxis> _axes = new(Kept);

    /// <summary>The weights for a source of this many pixels; valid until the next <see cref="Kept"/> different sizes.</summary>
    public ResampleAxis For(int source)
    {
        for (var i = 0; i < _axes.Count; i++)
        {
            if (_axes[i].Source == source)
                return MoveToFront(i);
        }

        if (_axes.Count < Kept)
            _axes.Add(new ResampleAxis(filter, output));
        var axis = MoveToFront(_axes.Count - 1);
        axis.Compute(source);
        return axis;
    }

    private ResampleAxis MoveToFront(int index)
    {
        var axis = _axes[index];
        for (; index > 0; index--)
            _axes[index] = _axes[index - 1];
        _axes[0] = axis;
        return axis;
    }
}
