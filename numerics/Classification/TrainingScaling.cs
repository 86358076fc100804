namespace Pomona.Numerics.Classification;

/// <summary>
/// Subtracts each column's mean and divides by its population standard deviation, both of the training rows alone, so that
/// nothing of the rows to be judged leaks into them. A column that does not vary is divided by 1.
/// </summary>
public sealed class TrainingScaling
{
    private delegate ReadOnlySpan<float> Row(int number);

    private readonly float[] _mean;
    private readonly float[] _scale;

    /// <summary>Learns from the training rows; at least one.</summary>
    public TrainingScaling(IReadOnlyList<float[]> rows)
        : this(rows.Count, rows[0].Length, i => rows[i])
    {
    }

    /// <summary>Learns from rows that lie one after the other; at least one.</summary>
    public TrainingScaling(ReadOnlyMemory<float> rows, int width)
        : this(rows.Length / width, width, i => rows.Span.Slice(i * width, width))
    {
    }

    private TrainingScaling(int count, int width, Row row)
    {
        var mean = new double[width];
        var squares = new double[width];
        for (var i = 0; i < count; i++)
        {
            var values = row(i);
            for (var j = 0; j < width; j++)
                mean[j] += values[j];
        }

        for (var j = 0; j < width; j++)
            mean[j] /= count;
        for (var i = 0; i < count; i++)
        {
            var values = row(i);
            for (var j = 0; j < width; j++)
                squares[j] += (values[j] - mean[j]) * (values[j] - mean[j]);
        }

        _mean = Array.ConvertAll(mean, value => (float)value);
        // Rounding leaves a trace of variance in a constant column; see scikit-learn's _handle_zeros_in_scale.
        _scale = new float[width];
        for (var j = 0; j < width; j++)
        {
            var deviation = Math.Sqrt(squares[j] / count);
            _scale[j] = deviation > 1e-7 * Math.Max(1e-30, Math.Abs(mean[j])) ? (float)(1 / deviation) : 1;
        }
    }

    /// <summary>Of each column, what is subtracted.</summary>
    public ReadOnlySpan<float> Mean => _mean;

    /// <summary>Of each column, what the rest is multiplied by: one over the deviation.</summary>
    public ReadOnlySpan<float> Factors => _scale;

    /// <summary>The row, standardised.</summary>
    public float[] Apply(float[] row)
    {
        var result = new float[row.Length];
        Apply(row, result);
        return result;
    }

    /// <summary>The same into <paramref name="result"/>, which is as long.</summary>
    public void Apply(ReadOnlySpan<float> row, Span<float> result)
    {
        for (var j = 0; j < result.Length; j++)
            result[j] = (row[j] - _mean[j]) * _scale[j];
    }
}
