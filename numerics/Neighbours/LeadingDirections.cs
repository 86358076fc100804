using Pomona.Numerics.Reduction;

namespace Pomona.Numerics.Neighbours;

/// <summary>
/// The directions in which the unit vectors of a sample of rows vary most: principal components without scaling, found by the
/// products of the rows with each other, which are fewer than the columns' (Turk and Pentland, "Eigenfaces for recognition",
/// Journal of Cognitive Neuroscience 3, 1991).
/// </summary>
internal sealed class LeadingDirections
{
    /// <summary>So many directions at most; where the rows span fewer, the others' coordinates are zero.</summary>
    public const int Most = 64;

    private const int SampleRows = 512;

    // A direction whose variance is this small beside the first one's is rounding.
    private const double Negligible = 1e-9;

    private readonly float[][] _directions;
    private readonly double[] _centre;

    private LeadingDirections(float[][] directions, double[] centre) => (_directions, _centre) = (directions, centre);

    /// <summary>Finds them, from rows that lie evenly among all.</summary>
    public static LeadingDirections Of(ReadOnlySpan<sbyte> rows, int width, CancellationToken cancellation)
    {
        var all = rows.Length / width;
        var count = Math.Min(all, SampleRows);
        var sample = new double[count][];
        var mean = new double[width];
        for (var i = 0; i < count; i++)
        {
            var row = rows.Slice((int)((long)all * i / count) * width, width);
            var scale = Scale(IntegerSums.Dot(row, row));
            sample[i] = new double[width];
            for (var j = 0; j < width; j++)
            {
                sample[i][j] = scale * row[j];
                mean[j] += sample[i][j] / count;
            }
        }

        foreach (var row in sample)
        {
            for (var j = 0; j < width; j++)
                row[j] -= mean[j];
        }

        var directions = new List<float[]>();
        var pairs = LargestEigenpairs.Find(Products(sample), Math.Min(Most, count), cancellation);
        foreach (var (value, vector) in pairs)
        {
            if (value <= Negligible * pairs[0].Value)
                break;
            var direction = new double[width];
            for (var i = 0; i < count; i++)
            {
                for (var j = 0; j < width; j++)
                    direction[j] += vector[i] * sample[i][j];
            }

            var scale = 1 / Math.Sqrt(value);
            directions.Add(Array.ConvertAll(direction, number => (float)(scale * number)));
        }

        var centre = new double[directions.Count];
        for (var k = 0; k < centre.Length; k++)
        {
            for (var j = 0; j < width; j++)
                centre[k] += directions[k][j] * mean[j];
        }

        return new LeadingDirections([.. directions], centre);
    }

    /// <summary>The coordinates of a row's unit vector, from where the sample's mean is.</summary>
    /// <param name="row">The row.</param>
    /// <param name="square">Its squared length.</param>
    /// <param name="numbers">Room for the row.</param>
    /// <param name="coordinates">Room for <see cref="Most"/> coordinates.</param>
    public void Project(ReadOnlySpan<sbyte> row, long square, float[] numbers, double[] coordinates)
    {
        for (var j = 0; j < row.Length; j++)
            numbers[j] = row[j];
        Array.Clear(coordinates);
        for (var k = 0; k < _directions.Length; k++)
            coordinates[k] = (Scale(square) * Lanes.Dot(numbers, _directions[k])) - _centre[k];
    }

    private static double Scale(long square) => square == 0 ? 0 : 1 / Math.Sqrt(square);

    private static SymmetricMatrix Products(double[][] rows)
    {
        var products = new SymmetricMatrix(rows.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            for (var j = i; j < rows.Length; j++)
                products[i, j] = Product(rows[i], rows[j]);
        }

        return products;
    }

    private static unsafe double Product(double[] one, double[] other)
    {
        var even = one.Length / Lanes.Count * Lanes.Count;
        double sum;
        fixed (double* x = one, y = other)
            sum = Lanes.Dot(x, y, even);
        for (var j = even; j < one.Length; j++)
            sum += one[j] * other[j];
        return sum;
    }
}
