using Pomona.Numerics.Randomness;
using Pomona.Numerics.Reduction;

namespace Pomona.Numerics.Tests.Reduction;

public sealed unsafe class LanesTests
{
    public static TheoryData<int> Lengths => [0, 1, 7, 8, 9, 31, 32, 33, 50, 1280];

    [Theory, MemberData(nameof(Lengths))]
    public void A_sum_is_that_of_its_lanes_in_their_order(int length)
    {
        var random = new SplitMix64((ulong)length);
        var (a, b) = (Numbers(random, length), Numbers(random, length));

        Assert.Equal(BitConverter.SingleToInt32Bits(ByHand(a, b)), BitConverter.SingleToInt32Bits(Lanes.Dot(a, b)));
    }

    [Theory, MemberData(nameof(Lengths))]
    public void A_product_is_rounded_before_it_is_added(int length)
    {
        var random = new SplitMix64((ulong)length + 7);
        var (a, sum) = (Numbers(random, length), Numbers(random, length));
        var expected = a.Zip(sum, (one, other) => other + (float)(one * 0.3f)).ToArray();

        Lanes.AddScaled(a, 0.3f, sum);

        Assert.Equal(expected, sum);
    }

    [Fact]
    public void Of_float64_a_product_and_its_addition_are_rounded_once()
    {
        var random = new SplitMix64(3);
        var (a, b) = (Doubles(random, 40), Doubles(random, 40));
        var lanes = new double[Lanes.Count];
        for (var i = 0; i < a.Length; i++)
            lanes[i % Lanes.Count] = Math.FusedMultiplyAdd(a[i], b[i], lanes[i % Lanes.Count]);
        double Four(int lane) => lanes[lane] + lanes[4 + lane];
        var expected = (Four(0) + Four(2)) + (Four(1) + Four(3));

        fixed (double* x = a, y = b)
            Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(Lanes.Dot(x, y, a.Length)));

        static double[] Doubles(SplitMix64 random, int length) => [.. Enumerable.Range(0, length).Select(_ => (double)random.Between(-3, 3) / 7)];
    }

    private static float[] Numbers(SplitMix64 random, int length)
        => [.. Enumerable.Range(0, length).Select(_ => random.Between(-3, 3))];

    private static float ByHand(float[] a, float[] b)
    {
        var lanes = new float[32];
        var i = 0;
        for (; i + 32 <= a.Length; i += 32)
        {
            for (var lane = 0; lane < 32; lane++)
                lanes[lane] += (float)(a[i + lane] * b[i + lane]);
        }

        for (; i + 8 <= a.Length; i += 8)
        {
            for (var lane = 0; lane < 8; lane++)
                lanes[lane] += (float)(a[i + lane] * b[i + lane]);
        }

        float Eight(int lane) => (lanes[lane] + lanes[8 + lane]) + (lanes[16 + lane] + lanes[24 + lane]);
        float Four(int lane) => Eight(lane) + Eight(4 + lane);
        var sum = (Four(0) + Four(2)) + (Four(1) + Four(3));
        for (; i < a.Length; i++)
            sum += (float)(a[i] * b[i]);
        return sum;
    }
}
