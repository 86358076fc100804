namespace Pomona.Numerics.Reduction;

/// <summary>
/// A PCA model laid out for the kernel: the loadings in panels of eight components, over the features that vary. Eight
/// images at a time are standardised into a panel and multiplied.
/// </summary>
internal sealed unsafe class Projection
{
    private const int BatchRows = TileKernel.PanelColumns;
    private readonly double[] _mean;
    private readonly double[] _factors;
    private readonly int _components;
    private readonly int _panelCount;
    private readonly AlignedDoubles _panels;

    public Projection(double[] mean, double[] scale, double[][] components)
    {
        _mean = mean;
        _factors = [.. scale.Select(s => 1 / s)];
        _components = components.Length;
        var tiles = (components.Length + TileKernel.TileColumns - 1) / TileKernel.TileColumns;
        _panelCount = tiles * TileKernel.TilePanels;
        _panels = new AlignedDoubles((long)_panelCount * PanelSize);
        for (var k = 0; k < components.Length; k++)
        {
            var (panel, inPanel) = Math.DivRem(k, TileKernel.PanelColumns);
            var target = _panels.First + (panel * PanelSize) + inPanel;
            for (var j = 0; j < mean.Length; j++)
                target[(nint)j * TileKernel.PanelColumns] = components[k][j];
        }
    }

    private nint PanelSize => (nint)_mean.Length * TileKernel.PanelColumns;

    /// <summary>See <see cref="PcaModel.Project"/>.</summary>
    public void Apply(ReadOnlySpan<float> features, Span<float> components)
    {
        var width = _mean.Length;
        var (rows, rest) = Math.DivRem(features.Length, width);
        if (rest != 0)
            throw new ArgumentException($"{features.Length} numbers are not images of {width} features each.", nameof(features));
        if (components.Length != (long)rows * _components)
            throw new ArgumentException($"{components.Length} numbers are not room for {_components} components of {rows} images.", nameof(components));
        if (_components == 0)
            return;

        var images = new AlignedDoubles(PanelSize);
        var sums = new AlignedDoubles((long)_panelCount * TileKernel.PanelColumns * BatchRows);
        var stride = _panelCount * TileKernel.PanelColumns;
        for (var row = 0; row < rows; row += BatchRows)
        {
            var batch = Math.Min(BatchRows, rows - row);
            Standardise(features.Slice(row * width, batch * width), images.First);
            sums.Span.Clear();
            for (var panel = 0; panel < _panelCount; panel += TileKernel.TilePanels)
            {
                var b = _panels.First + (panel * PanelSize);
                TileKernel.Add(images.First, b, b + PanelSize, b + (2 * PanelSize), width, sums.First + (panel * TileKernel.PanelColumns), stride);
            }

            for (var r = 0; r < batch; r++)
            {
                for (var k = 0; k < _components; k++)
                    components[((row + r) * _components) + k] = (float)sums.First[(r * stride) + k];
            }
        }

        GC.KeepAlive(images);
        GC.KeepAlive(sums);
        GC.KeepAlive(this);
    }

    // The panel's rows beyond the batch keep an earlier batch's numbers, whose sums nobody reads.
    private void Standardise(ReadOnlySpan<float> rows, double* panel)
    {
        var width = _mean.Length;
        for (var r = 0; r * width < rows.Length; r++)
        {
            var source = rows.Slice(r * width, width);
            for (var j = 0; j < source.Length; j++)
                panel[((nint)j * TileKernel.PanelColumns) + r] = (source[j] - _mean[j]) * _factors[j];
        }
    }
}
