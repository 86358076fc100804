using Pomona.Numerics.Reduction;

namespace Pomona.Numerics.Tests.Reduction;

/// <summary>Seeded rows, and symmetric matrices whose eigenvalues are known because they were chosen.</summary>
internal static class RandomMatrices
{
    public static float[] Rows(Random random, int rows, int width)
    {
        var result = new float[rows * width];
        for (var i = 0; i < result.Length; i++)
            result[i] = (float)(Normal(random) * (1 + (i % width % 5)) + (i % width));
        return result;
    }

    /// <summary>Q · diag(eigenvalues) · Qᵀ, with Q a product of random reflections.</summary>
    public static SymmetricMatrix WithEigenvalues(Random random, params double[] eigenvalues)
    {
        var order = eigenvalues.Length;
        var dense = new double[order, order];
        for (var i = 0; i < order; i++)
            dense[i, i] = eigenvalues[i];
        for (var reflection = 0; reflection < 4; reflection++)
        {
            var v = Enumerable.Range(0, order).Select(_ => Normal(random)).ToArray();
            var squares = v.Sum(x => x * x);
            for (var side = 0; side < 2; side++)
            {
                for (var i = 0; i < order; i++)
                {
                    double dot = 0;
                    for (var j = 0; j < order; j++)
                        dot += v[j] * (side == 0 ? dense[j, i] : dense[i, j]);
                    for (var j = 0; j < order; j++)
                    {
                        if (side == 0)
                            dense[j, i] -= 2 * dot / squares * v[j];
                        else
                            dense[i, j] -= 2 * dot / squares * v[j];
                    }
                }
            }
        }

        var matrix = new SymmetricMatrix(order);
        for (var i = 0; i < order; i++)
        {
            for (var j = i; j < order; j++)
                matrix[i, j] = (dense[i, j] + dense[j, i]) / 2;
        }

        return matrix;
    }

    public static double Normal(Random random)
        => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
