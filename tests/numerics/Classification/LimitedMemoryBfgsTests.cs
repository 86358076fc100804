using Pomona.Numerics.Classification;
using Pomona.Numerics.Randomness;

namespace Pomona.Numerics.Tests.Classification;

public sealed class LimitedMemoryBfgsTests
{
    [Fact]
    public void It_finds_the_bottom_of_stretched_bowls()
    {
        var random = new SplitMix64(11);
        for (var round = 0; round < 20; round++)
        {
            var bottom = Enumerable.Range(0, 30).Select(_ => (double)random.Between(-5, 5)).ToArray();
            var steepness = bottom.Select(_ => Math.Pow(10, random.Between(-1, 2))).ToArray();

            var found = LimitedMemoryBfgs.Minimise(
                new double[30],
                (point, gradient) =>
                {
                    var value = 0.0;
                    for (var i = 0; i < point.Length; i++)
                    {
                        var away = point[i] - bottom[i];
                        value += steepness[i] * away * away / 2;
                        gradient[i] = steepness[i] * away;
                    }

                    return value;
                },
                tolerance: 1e-8,
                mostSteps: 1_000);

            Assert.All(bottom.Zip(found), pair => Assert.Equal(pair.First, pair.Second, tolerance: 1e-6));
        }
    }

    [Fact]
    public void It_walks_down_the_bent_valley_of_rosenbrock()
    {
        var found = LimitedMemoryBfgs.Minimise(
            [-1.2, 1],
            (point, gradient) =>
            {
                var (x, y) = (point[0], point[1]);
                gradient[0] = (-400 * x * (y - (x * x))) - (2 * (1 - x));
                gradient[1] = 200 * (y - (x * x));
                return (100 * (y - (x * x)) * (y - (x * x))) + ((1 - x) * (1 - x));
            },
            tolerance: 1e-9,
            mostSteps: 1_000);

        Assert.Equal(1, found[0], tolerance: 1e-6);
        Assert.Equal(1, found[1], tolerance: 1e-6);
    }
}
