using Pomona.Numerics.Reduction;

namespace Pomona.Numerics.Tests.Reduction;

/// <summary>All eigenvalues of a symmetric matrix by Jacobi's rotations: slow, short, and unlike the product's method.</summary>
internal static class JacobiEigenvalues
{
    public static double[] Of(SymmetricMatrix matrix)
    {
        var n = matrix.Order;
        var a = new double[n, n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
                a[i, j] = matrix[i, j];
        }

        for (var sweep = 0; sweep < 60; sweep++)
        {
            double beside = 0;
            for (var p = 0; p < n; p++)
            {
                for (var q = p + 1; q < n; q++)
                {
                    beside += a[p, q] * a[p, q];
                    if (a[p, q] != 0)
                        Rotate(a, n, p, q);
                }
            }

            if (beside < 1e-300)
                break;
        }

        return [.. Enumerable.Range(0, n).Select(i => a[i, i]).OrderDescending()];
    }

    private static void Rotate(double[,] a, int n, int p, int q)
    {
        var theta = (a[q, q] - a[p, p]) / (2 * a[p, q]);
        var t = Math.CopySign(1, theta) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        var c = 1 / Math.Sqrt((t * t) + 1);
        var s = t * c;
        for (var k = 0; k < n; k++)
            (a[k, p], a[k, q]) = ((c * a[k, p]) - (s * a[k, q]), (s * a[k, p]) + (c * a[k, q]));
        for (var k = 0; k < n; k++)
            (a[p, k], a[q, k]) = ((c * a[p, k]) - (s * a[q, k]), (s * a[p, k]) + (c * a[q, k]));
    }
}
