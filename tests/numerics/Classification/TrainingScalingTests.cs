using Pomona.Numerics.Classification;

namespace Pomona.Numerics.Tests.Classification;

public sealed class TrainingScalingTests
{
    [Fact]
    public void Columns_get_mean_zero_and_population_deviation_one_and_constant_ones_stay_finite()
    {
        float[][] rows = [[1, 0.1f, 1e6f], [2, 0.1f, 1e6f], [6, 0.1f, 1e6f]];

        var scaled = Array.ConvertAll(rows, new TrainingScaling(rows).Apply);

        Assert.Equal(0, scaled.Average(row => row[0]), tolerance: 1e-6);
        Assert.Equal(1, scaled.Average(row => row[0] * row[0]), tolerance: 1e-5);
        Assert.All(scaled, row => Assert.Equal(0, row[1], tolerance: 1e-6f));
        Assert.All(scaled, row => Assert.Equal(0, row[2], tolerance: 1e-6f));
    }
}
