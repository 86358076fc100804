using Pomona.Numerics.Neighbours;
using Pomona.Numerics.Randomness;

namespace Pomona.Numerics.Tests.Neighbours;

public sealed class IntegerSumsTests
{
    [Fact]
    public void Of_any_length_they_are_the_sums_of_one_number_after_the_other()
    {
        var random = new SplitMix64(3);
        for (var length = 0; length <= 200; length++)
        {
            var (bytes, others) = (Bytes(random, length), Bytes(random, length));
            Assert.Equal(bytes.Zip(others, (a, b) => (long)(a - b) * (a - b)).Sum(), IntegerSums.SquaredDifferences(bytes, others));

            var (signed, factors) = (Array.ConvertAll(bytes, Signed), Array.ConvertAll(others, Signed));
            Assert.Equal(signed.Zip(factors, (a, b) => (long)a * b).Sum(), IntegerSums.Dot(signed, factors));
        }

        for (var length = 0; length <= 64; length++)
        {
            var (first, second) = (Shorts(random, length), Shorts(random, length));
            var sum = first.Zip(second, (a, b) => (long)(a - b) * (a - b)).Sum();
            Assert.Equal(sum, IntegerSums.SquaredDifferences(first, second));
            Assert.Equal(sum, IntegerSums.SquaredDifferencesAnywhere(first, second));
        }
    }

    [Fact]
    public void The_largest_that_are_promised_do_not_overflow()
    {
        short[] least = [.. Enumerable.Repeat((short)-4096, 64)], most = [.. Enumerable.Repeat((short)4096, 64)];
        Assert.Equal(64L * 8192 * 8192, IntegerSums.SquaredDifferences(least, most));
        Assert.Equal(64L * 8192 * 8192, IntegerSums.SquaredDifferencesAnywhere(least, most));

        var white = new byte[65_536];
        Array.Fill(white, byte.MaxValue);
        Assert.Equal(65_536L * 255 * 255, IntegerSums.SquaredDifferences(white, new byte[white.Length]));

        var (plus, minus) = (new sbyte[65_536], new sbyte[65_536]);
        Array.Fill(plus, sbyte.MaxValue);
        Array.Fill(minus, (sbyte)-127);
        Assert.Equal(65_536L * 127 * 127, IntegerSums.Dot(plus, plus));
        Assert.Equal(-65_536L * 127 * 127, IntegerSums.Dot(plus, minus));
    }

    private static byte[] Bytes(SplitMix64 random, int length) => [.. Enumerable.Range(0, length).Select(_ => (byte)random.Below(256))];

    private static short[] Shorts(SplitMix64 random, int length) => [.. Enumerable.Range(0, length).Select(_ => (short)(random.Below(8193) - 4096))];

    private static sbyte Signed(byte value) => (sbyte)Math.Max(-127, value - 128);
}
