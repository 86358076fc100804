using CsCheck;
using Pomona.Numerics.Reduction;

namespace Pomona.Numerics.Tests.Reduction;

public sealed class MomentsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(23)]
    [InlineData(64)]
    [InlineData(209)]
    public void Mean_and_co_moments_are_those_of_their_definition(int width)
    {
        foreach (var count in (int[])[1, 2, 255, 256, 257, 700])
        {
            var rows = RandomMatrices.Rows(new Random(count), count, width);
            var moments = Of(rows, width);

            Assert.Equal(count, moments.Count);
            var mean = Enumerable.Range(0, width).Select(j => Enumerable.Range(0, count).Average(i => (double)rows[(i * width) + j])).ToArray();
            for (var i = 0; i < width; i++)
            {
                Assert.Equal(mean[i], moments.Mean[i], 1e-12 * width);
                for (var j = i; j < width; j++)
                {
                    double expected = 0;
                    for (var row = 0; row < count; row++)
                        expected += (rows[(row * width) + i] - mean[i]) * (rows[(row * width) + j] - mean[j]);
                    Assert.Equal(expected, moments.CoMoments[i, j], 1e-10 * count);
                    Assert.Equal(moments.CoMoments[i, j], moments.CoMoments[j, i]);
                }
            }
        }
    }

    [Fact]
    public void However_rows_are_cut_into_calls_the_bits_are_the_same()
    {
        const int Width = 21;
        var rows = RandomMatrices.Rows(new Random(1), 1_500, Width);
        var whole = Bytes(Of(rows, Width));
        Gen.Int[0, 600].Array[0, 40].Sample(
            counts =>
            {
                var moments = new Moments(Width);
                var row = 0;
                foreach (var wanted in counts.Append(1_500))
                {
                    var count = Math.Min(wanted, 1_500 - row);
                    moments.Add(rows.AsSpan(row * Width, count * Width), count);
                    row += count;
                }

                Assert.Equal(whole, Bytes(moments));
            },
            iter: 30);
    }

    [Fact]
    public void Merged_moments_are_those_of_all_rows_in_any_order_and_grouping()
        => Gen.Select(Gen.Int[1, 40], Gen.Int[0, 300].Array[1, 6], Gen.Int).Sample(
            (width, counts, seed) =>
            {
                var random = new Random(seed);
                var rows = RandomMatrices.Rows(random, counts.Sum(), width);
                var parts = new List<Moments>();
                var from = 0;
                foreach (var count in counts)
                {
                    parts.Add(Of(rows[from..(from + (count * width))], width));
                    from += count * width;
                }

                while (parts.Count > 1)
                {
                    var (first, second) = (TakeAny(), TakeAny());
                    parts.Add(Moments.Merge(first, second));
                }

                AssertClose(Of(rows, width), parts[0]);

                Moments TakeAny()
                {
                    var at = random.Next(parts.Count);
                    var part = parts[at];
                    parts.RemoveAt(at);
                    return part;
                }
            },
            iter: 60);

    [Fact]
    public void Merging_changes_neither_argument()
    {
        var a = Of(RandomMatrices.Rows(new Random(1), 30, 9), 9);
        var b = Of(RandomMatrices.Rows(new Random(2), 40, 9), 9);
        var before = (Bytes(a), Bytes(b));
        var merged = Moments.Merge(a, Moments.Merge(b, new Moments(9)));
        merged.Add(RandomMatrices.Rows(new Random(3), 5, 9), 5);
        _ = merged.CoMoments;
        Assert.Equal(before.Item1, Bytes(a));
        Assert.Equal(before.Item2, Bytes(b));
    }

    [Fact]
    public void Moments_of_no_rows_are_neutral()
    {
        var some = Of(RandomMatrices.Rows(new Random(1), 30, 9), 9);
        Assert.Equal(Bytes(some), Bytes(Moments.Merge(new Moments(9), some)));
        Assert.Equal(Bytes(some), Bytes(Moments.Merge(some, new Moments(9))));
        Assert.Equal(0, Moments.Merge(new Moments(9), new Moments(9)).Count);
    }

    [Fact]
    public void A_spread_of_one_far_from_zero_is_not_lost()
    {
        var rows = new float[2_000];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = 10_000_000 + (i % 2 == 0 ? 1 : -1);
        var moments = new Moments(1);
        moments.Add(rows, rows.Length);
        Assert.Equal(2_000, moments.CoMoments[0, 0], 1e-6);
    }

    [Theory]
    [InlineData(float.NaN, "not a number")]
    [InlineData(float.PositiveInfinity, "infinite")]
    [InlineData(float.NegativeInfinity, "infinite")]
    public void A_number_that_is_not_finite_is_named_and_nothing_is_added(float bad, string reason)
    {
        var rows = RandomMatrices.Rows(new Random(1), 700, 9);
        rows[(613 * 9) + 4] = bad;
        var moments = new Moments(9);
        var error = Assert.Throws<ArgumentException>(() => moments.Add(rows, 700));
        Assert.Contains($"feature 4 of row 613 is {reason}", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, moments.Count);
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        Assert.ThrowsAny<ArgumentException>(() => new Moments(0));
        Assert.ThrowsAny<ArgumentException>(() => new Moments(Moments.WidestRow + 1));
        Assert.ThrowsAny<ArgumentException>(() => new Moments(4).Add(new float[7], 2));
        Assert.ThrowsAny<ArgumentException>(() => Moments.Merge(new Moments(4), new Moments(5)));
    }

    [Fact]
    public void What_is_written_is_read_again_bit_for_bit_and_goes_on_as_the_original()
    {
        var moments = Of(RandomMatrices.Rows(new Random(1), 300, 19), 19);
        var read = Moments.Read(new MemoryStream(Bytes(moments)));
        Assert.Equal(Bytes(moments), Bytes(read));

        var more = RandomMatrices.Rows(new Random(2), 300, 19);
        moments.Add(more, 300);
        read.Add(more, 300);
        Assert.Equal(Bytes(moments), Bytes(read));
    }

    [Fact]
    public void A_changed_or_missing_byte_is_noticed()
    {
        var file = Bytes(Of(RandomMatrices.Rows(new Random(1), 30, 5), 5));
        for (var i = 0; i < file.Length; i++)
        {
            var changed = (byte[])file.Clone();
            changed[i] ^= 0x40;
            Assert.Throws<InvalidDataException>(() => Moments.Read(new MemoryStream(changed)));
            Assert.Throws<InvalidDataException>(() => Moments.Read(new MemoryStream(file[..i])));
        }
    }

    [Fact]
    public void Another_version_is_refused_by_name()
    {
        var file = Bytes(new Moments(1));
        file[7] = (byte)'2';
        var error = Assert.Throws<InvalidDataException>(() => Moments.Read(new MemoryStream(file)));
        Assert.Contains("version", error.Message, StringComparison.Ordinal);
    }

    private static Moments Of(float[] rows, int width)
    {
        var moments = new Moments(width);
        moments.Add(rows, rows.Length / width);
        return moments;
    }

    private static byte[] Bytes(Moments moments)
    {
        using var file = new MemoryStream();
        moments.Write(file);
        return file.ToArray();
    }

    private static void AssertClose(Moments expected, Moments actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        var largest = Enumerable.Range(0, expected.Width).Max(i => expected.CoMoments[i, i]);
        for (var i = 0; i < expected.Width; i++)
        {
            Assert.Equal(expected.Mean[i], actual.Mean[i], 1e-12 * expected.Width);
            for (var j = i; j < expected.Width; j++)
                Assert.True(Math.Abs(expected.CoMoments[i, j] - actual.CoMoments[i, j]) <= 1e-12 * largest);
        }
    }
}
