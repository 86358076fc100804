using System.Runtime.Intrinsics;

namespace Pomona.Numerics.Reduction;

/// <summary>
/// A block of rows, widened to float64, centred by the block's own mean and laid out in panels for the kernel. Centring
/// first is the two-pass algorithm (Chan, Golub, LeVeque, "Algorithms for computing the sample variance", The American
/// Statistician 37, 1983): what the mean's rounding leaves is of second order, so it needs no correction term.
/// </summary>
internal sealed unsafe class CentredBlock
{
    /// <summary>Rows that a block holds: enough to hide the traffic to the matrix, few enough for the cache.</summary>
    public const int Rows = 256;

    // One more than the rows: how far the block's mean is from the mean so far enters the product as a row of its own.
    private const int PanelRows = Rows + 1;
    private const int CopiedPanels = 8;

    private readonly int _width;
    private readonly int _panelCount;
    private readonly AlignedDoubles _panels;
    private readonly AlignedDoubles _mean;

    public CentredBlock(int width)
    {
        _width = width;
        var padded = SymmetricMatrix.PadToPanel(width);
        _panelCount = padded / TileKernel.PanelColumns;
        _panels = new AlignedDoubles((long)padded * PanelRows);
        _mean = new AlignedDoubles(padded);
    }

    /// <summary>The mean of the rows of the last <see cref="Fill"/>.</summary>
    public ReadOnlySpan<double> Mean => _mean.Span[.._width];

    /// <summary>Takes in 1 to <see cref="Rows"/> rows.</summary>
    public void Fill(ReadOnlySpan<float> rows, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Rows);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows.Length, count * _width);

        fixed (float* first = rows)
        {
            TakeMean(first, count);
            for (var panel = 0; panel < _panelCount; panel += CopiedPanels)
                Centre(first, count, panel, Math.Min(panel + CopiedPanels, _panelCount));
        }
    }

    /// <summary>Adds the block's co-moments about its own mean.</summary>
    public void AddTo(SymmetricMatrix coMoments, int count) => coMoments.AddGram(_panels, PanelRows, count);

    /// <summary>
    /// Adds the block's co-moments about its own mean, and <paramref name="row"/>'s product with itself.
    /// </summary>
    public void AddTo(SymmetricMatrix coMoments, int count, ReadOnlySpan<double> row)
    {
        var place = _panels.First + ((nint)count * TileKernel.PanelColumns);
        for (var column = 0; column < _width; column++)
        {
            var (panel, inPanel) = Math.DivRem(column, TileKernel.PanelColumns);
            place[((nint)panel * PanelRows * TileKernel.PanelColumns) + inPanel] = row[column];
        }

        coMoments.AddGram(_panels, PanelRows, count + 1);
    }

    private void TakeMean(float* first, int count)
    {
        var sums = _mean.First;
        _mean.Span.Clear();
        for (var row = 0; row < count; row++)
        {
            var source = first + ((nint)row * _width);
            var column = 0;
            for (; column <= _width - TileKernel.PanelColumns; column += TileKernel.PanelColumns)
            {
                var (low, high) = Vector256.Widen(Vector256.Load(source + column));
                (Vector256.Load(sums + column) + low).Store(sums + column);
                (Vector256.Load(sums + column + 4) + high).Store(sums + column + 4);
            }

            for (; column < _width; column++)
                sums[column] += source[column];
        }

        for (var column = 0; column < _width; column++)
            sums[column] /= count;
    }

    private void Centre(float* first, int count, int panelStart, int panelEnd)
    {
        const int PanelColumns = TileKernel.PanelColumns;
        var panelSize = (nint)PanelRows * PanelColumns;
        for (var row = 0; row < count; row++)
        {
            var source = first + ((nint)row * _width);
            for (var panel = panelStart; panel < panelEnd; panel++)
            {
                var target = _panels.First + (panel * panelSize) + ((nint)row * PanelColumns);
                var column = panel * PanelColumns;
                if (column + PanelColumns <= _width)
                {
                    var (low, high) = Vector256.Widen(Vector256.Load(source + column));
                    (low - Vector256.Load(_mean.First + column)).Store(target);
                    (high - Vector256.Load(_mean.First + column + 4)).Store(target + 4);
                    continue;
                }

                for (; column < _width; column++)
                    *target++ = source[column] - _mean.First[column];
            }
        }
    }
}
