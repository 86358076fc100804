using System.Runtime.Intrinsics.X86;
using Pomona.Numerics.Reduction;

namespace Pomona.Numerics.Tests.Reduction;

public sealed unsafe class TileKernelTests
{
    [Fact]
    public void Every_instruction_set_adds_the_product_of_the_panels()
    {
        foreach (var depth in (int[])[0, 1, 2, 17, 257])
        {
            var random = new Random(depth);
            var panels = new AlignedDoubles(4 * (depth + 1) * 8);
            foreach (ref var element in panels.Span)
                element = RandomMatrices.Normal(random);
            var size = (depth + 1) * 8;
            double* a = panels.First, b = a + size;

            var narrow = Apply(TileKernel.Add128);
            var medium = Apply(TileKernel.Add256);
            var chosen = Apply(TileKernel.Add);
            var wide = Avx512F.IsSupported ? Apply(TileKernel.Add512) : chosen;

            for (var row = 0; row < 8; row++)
            {
                for (var column = 0; column < 24; column++)
                {
                    double expected = 1;
                    for (var k = 0; k < depth; k++)
                        expected += a[(k * 8) + row] * b[(column / 8 * size) + (k * 8) + (column % 8)];
                    var place = (row * 25) + column;
                    Assert.Equal(expected, narrow[place], 1e-12);
                    Assert.Equal(expected, medium[place], 1e-12);
                    Assert.Equal(expected, wide[place], 1e-12);
                    Assert.Equal(expected, chosen[place], 1e-12);
                }

                // What lies between the tile's rows is not touched.
                Assert.Equal(1, narrow[(row * 25) + 24] * medium[(row * 25) + 24] * wide[(row * 25) + 24]);
            }

            Assert.Equal(narrow, medium);
            Assert.Equal(narrow, wide);

            double[] Apply(Kernel kernel)
            {
                var c = new double[8 * 25];
                Array.Fill(c, 1);
                fixed (double* first = c)
                    kernel(a, b, b + size, b + (2 * size), depth, first, 25);
                GC.KeepAlive(panels);
                return c;
            }
        }
    }

    [Fact]
    public void A_matrix_times_a_vector_is_the_same_with_wide_instructions_and_without()
    {
        foreach (var order in (int[])[1, 8, 13, 40, 129])
        {
            var random = new Random(order);
            var matrix = new SymmetricMatrix(order);
            for (var i = 0; i < order; i++)
            {
                for (var j = i; j < order; j++)
                    matrix[i, j] = RandomMatrices.Normal(random);
            }

            AlignedDoubles x = new(matrix.PaddedOrder), y = new(matrix.PaddedOrder);
            var answers = new List<double[]>();
            for (var i = 0; i < order; i++)
                x.Span[i] = RandomMatrices.Normal(random);
            foreach (var wide in Avx512F.IsSupported ? [false, true] : (bool[])[false])
            {
                matrix.Multiply(x.First, y.First, wide);
                for (var i = 0; i < order; i++)
                    Assert.Equal(Enumerable.Range(0, order).Sum(j => matrix[i, j] * x.Span[j]), y.Span[i], 1e-11);
                for (var i = order; i < matrix.PaddedOrder; i++)
                    Assert.Equal(0, y.Span[i]);
                answers.Add([.. y.Span]);
            }

            Assert.Equal(answers[0], answers[^1]);
            GC.KeepAlive(x);
            GC.KeepAlive(y);
        }
    }

    private delegate void Kernel(double* a, double* b0, double* b1, double* b2, int depth, double* c, nint stride);
}
