using Pomona.Numerics.Classification;
using Pomona.Numerics.Randomness;

namespace Pomona.Numerics.Tests.Classification;

public sealed class ExponentialTests
{
    [Fact]
    public void It_is_the_exponential_to_some_units_of_the_last_place()
    {
        var random = new SplitMix64(1);
        for (var i = 0; i < 20_000; i++)
        {
            double x = random.Between(-700, 0) * (i % 7 == 0 ? 1e-3 : 1);
            Assert.Equal(1, Exponential.OfNegative(x) / Math.Exp(x), 1e-14);
        }

        Assert.Equal(1, Exponential.OfNegative(0));
        Assert.Equal(0, Exponential.OfNegative(-1e6));
        Assert.Equal(0, Exponential.OfNegative(double.NegativeInfinity));
        Assert.True(double.IsNaN(Exponential.OfNegative(double.NaN)));
    }

    [Fact]
    public void Its_inverse_is_the_logarithm()
    {
        var random = new SplitMix64(2);
        for (var i = 0; i < 20_000; i++)
        {
            double x = 1 + (random.Between(0, 1) * (i % 2 == 0 ? 1 : 5_000));
            Assert.Equal(Math.Log(x), Exponential.Log(x), 2e-15 * Math.Max(1, Math.Log(x)));
        }

        Assert.Equal(0, Exponential.Log(1));
    }
}
