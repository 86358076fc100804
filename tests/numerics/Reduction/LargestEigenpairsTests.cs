using Pomona.Numerics.Reduction;

namespace Pomona.Numerics.Tests.Reduction;

public sealed class LargestEigenpairsTests
{
    public static TheoryData<string, double[]> Spectra => new()
    {
        { "one", [3] },
        { "distinct", [.. Enumerable.Range(1, 60).Select(i => 10.0 / i)] },
        { "identity", [.. Enumerable.Repeat(1.0, 30)] },
        { "all repeated", [.. Enumerable.Range(0, 48).Select(i => 1.0 + (i / 4))] },
        { "largest repeated", [.. Enumerable.Repeat(9.0, 7), .. Enumerable.Range(1, 60).Select(i => 1.0 / i)] },
        { "repeated where the wanted end", [9, 8, 7, .. Enumerable.Repeat(2.0, 40), 1, 0.5] },
        { "clustered", [.. Enumerable.Range(0, 50).Select(i => 1 + (i * 1e-10))] },
        { "tiny", [1, 0.5, 1e-6, 1e-9, 1e-12, 1e-12, .. Enumerable.Repeat(0.0, 20)] },
        { "rank one", [2, .. Enumerable.Repeat(0.0, 33)] },
        { "rank three, repeated", [2, 2, 2, .. Enumerable.Repeat(0.0, 80)] },
        { "zero", [.. Enumerable.Repeat(0.0, 10)] },
        { "huge", [1e100, 1e100, 1e99] },
        { "as of photos", [.. Enumerable.Range(0, 120).Select(i => 130 / Math.Pow(1 + i, 1.3))] },
    };

    [Theory]
    [MemberData(nameof(Spectra))]
    public void Chosen_eigenvalues_are_found_with_their_vectors(string name, double[] spectrum)
    {
        var rounding = 1e-12 * spectrum.Max();
        var rank = spectrum.Count(value => value > spectrum.Length * Math.Pow(2, -52) * spectrum.Max());
        for (var seed = 0; seed < 4; seed++)
        {
            var matrix = RandomMatrices.WithEigenvalues(new Random(seed), spectrum);
            foreach (var wanted in (int[])[0, 1, 5, 12, spectrum.Length, spectrum.Length + 9])
            {
                var pairs = LargestEigenpairs.Find(matrix, wanted, CancellationToken.None);

                Assert.True(pairs.Count == Math.Min(wanted, rank), $"{name}, seed {seed}, {wanted} wanted: {pairs.Count} found");
                var sorted = spectrum.OrderDescending().ToArray();
                for (var k = 0; k < pairs.Count; k++)
                    Assert.True(Math.Abs(pairs[k].Value - sorted[k]) <= rounding, $"{name}, seed {seed}, {wanted} wanted: value {k} is {pairs[k].Value}, not {sorted[k]}");
                AssertEigenpairs(matrix, pairs, rounding);
            }
        }
    }

    [Fact]
    public void A_diagonal_matrix_with_repeated_values_gives_its_diagonal()
    {
        var matrix = new SymmetricMatrix(37);
        for (var i = 0; i < 37; i++)
            matrix[i, i] = (i % 5) + 1;

        var pairs = LargestEigenpairs.Find(matrix, 20, CancellationToken.None);

        Assert.Equal(20, pairs.Count);
        for (var k = 0; k < 20; k++)
            Assert.Equal(k < 7 ? 5 : k < 14 ? 4 : 3, pairs[k].Value, 1e-12);
        AssertEigenpairs(matrix, pairs, 1e-12);
    }

    [Fact]
    public void Random_matrices_have_the_eigenvalues_that_jacobis_method_finds()
    {
        for (var seed = 0; seed < 12; seed++)
        {
            var random = new Random(seed);
            var width = random.Next(2, 70);
            var rows = random.Next(2, 120);
            var moments = new Moments(width);
            moments.Add(RandomMatrices.Rows(random, rows, width), rows);
            var expected = JacobiEigenvalues.Of(moments.CoMoments);

            var pairs = LargestEigenpairs.Find(moments.CoMoments, width, CancellationToken.None);

            Assert.Equal(Math.Min(rows - 1, width), pairs.Count);
            for (var k = 0; k < pairs.Count; k++)
                Assert.Equal(expected[k], pairs[k].Value, 1e-12 * expected[0]);
            AssertEigenpairs(moments.CoMoments, pairs, 1e-12 * expected[0]);
        }
    }

    [Fact]
    public void Equal_matrices_give_equal_bits()
    {
        var matrix = RandomMatrices.WithEigenvalues(new Random(1), [.. Enumerable.Range(1, 90).Select(i => 5.0 / i)]);
        var first = LargestEigenpairs.Find(matrix, 20, CancellationToken.None);
        var second = LargestEigenpairs.Find(matrix.Clone(), 20, CancellationToken.None);
        Assert.Equal(first.Select(pair => pair.Value), second.Select(pair => pair.Value));
        Assert.Equal(first.SelectMany(pair => pair.Vector), second.SelectMany(pair => pair.Vector));
    }

    [Fact]
    public void A_matrix_with_a_number_that_is_not_finite_is_refused()
        => Assert.Throws<ArgumentException>(
            () => LargestEigenpairs.Find(new SymmetricMatrix(3) { [1, 1] = double.NaN }, 1, CancellationToken.None));

    [Fact]
    public void The_search_can_be_cancelled()
        => Assert.Throws<OperationCanceledException>(
            () => LargestEigenpairs.Find(new SymmetricMatrix(3) { [0, 0] = 1 }, 1, new CancellationToken(canceled: true)));

    private static void AssertEigenpairs(
        SymmetricMatrix matrix, IReadOnlyList<(double Value, double[] Vector)> pairs, double rounding)
    {
        for (var k = 0; k < pairs.Count; k++)
        {
            var (value, vector) = pairs[k];
            Assert.Equal(matrix.Order, vector.Length);
            for (var i = 0; i < matrix.Order; i++)
            {
                double product = 0;
                for (var j = 0; j < matrix.Order; j++)
                    product += matrix[i, j] * vector[j];
                Assert.True(Math.Abs(product - (value * vector[i])) <= rounding, $"pair {k}: residual {product - (value * vector[i])}");
            }

            for (var other = 0; other <= k; other++)
            {
                var dot = vector.Zip(pairs[other].Vector, (x, y) => x * y).Sum();
                Assert.Equal(other == k ? 1 : 0, dot, 1e-12);
            }
        }
    }
}
