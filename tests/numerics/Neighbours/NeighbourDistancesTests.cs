using Pomona.Numerics.Neighbours;
using Pomona.Numerics.Randomness;

namespace Pomona.Numerics.Tests.Neighbours;

public sealed class NeighbourDistancesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    public void The_mean_is_that_of_all_distances_sorted(int nearest)
    {
        const int Rows = 60, Width = 13;
        var random = new SplitMix64(5);
        float[] rows = [.. Enumerable.Range(0, Rows * Width).Select(_ => random.Between(-2, 2))];
        int[] among = [.. Enumerable.Range(0, Rows).Where(static row => row % 3 != 0)];

        var means = NeighbourDistances.Mean(rows, Width, [.. Enumerable.Range(0, Rows)], among, nearest, threads: 2, CancellationToken.None);

        for (var row = 0; row < Rows; row++)
        {
            var expected = among.Where(other => other != row)
                .Select(other => Math.Sqrt(Enumerable.Range(0, Width).Sum(k => Math.Pow(rows[(row * Width) + k] - rows[(other * Width) + k], 2))))
                .Order().Take(nearest).Average();
            Assert.Equal(expected, means[row], 1e-5);
        }
    }

    [Fact]
    public void Of_fewer_neighbours_than_asked_for_all_count()
        => Assert.Equal([5, 5], NeighbourDistances.Mean(new float[] { 0, 0, 3, 4 }, 2, [0, 1], [0, 1], nearest: 10, threads: 1, CancellationToken.None));
}
