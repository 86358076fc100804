using Pomona.Numerics.Neighbours;
using Pomona.Numerics.Randomness;

namespace Pomona.Numerics.Tests.Neighbours;

public sealed class ClosePairsTests
{
    [Fact]
    public async Task Of_any_rows_they_are_the_pairs_that_comparing_all_with_all_finds()
        => await Seeds.EachAsync(usual: 40, seed =>
        {
            var random = new SplitMix64((ulong)seed);
            var width = 48 * (1 + random.Below(4));
            var rows = Rows(random, 2 + random.Below(60), width);
            var radius = random.Between(0, 12);

            var found = ClosePairs.Find(rows, width, radius, threads: 1 + random.Below(3), CancellationToken.None);

            Assert.Equal(All(rows, width, radius), found);
            return Task.CompletedTask;
        });

    [Fact]
    public void Exactly_the_radius_is_near_and_a_grey_level_more_is_not()
    {
        // One byte differs by 40, and another by 1 in the third row.
        var rows = new byte[3 * 768];
        rows[768 + 100] = 40;
        rows[(2 * 768) + 100] = 40;
        rows[(2 * 768) + 5] = 1;
        var radius = Math.Sqrt(1600.0 / 768);

        Assert.Equal(
            [new(0, 1, radius), new(1, 2, Math.Sqrt(1.0 / 768))],
            ClosePairs.Find(rows, 768, radius, threads: 1, CancellationToken.None));
        Assert.Equal(
            [new(1, 2, Math.Sqrt(1.0 / 768))],
            ClosePairs.Find(rows, 768, Math.BitDecrement(radius), threads: 1, CancellationToken.None));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    public void A_difference_of_every_byte_is_measured_at_the_ends_of_what_a_byte_is(byte least)
    {
        byte[] rows = [.. Enumerable.Repeat(least, 1536), .. Enumerable.Repeat((byte)(255 - least), 1536)];

        Assert.Equal([new(0, 1, 255)], ClosePairs.Find(rows, 1536, 255, threads: 1, CancellationToken.None));
        Assert.Empty(ClosePairs.Find(rows, 1536, 254.9, threads: 1, CancellationToken.None));
    }

    [Fact]
    public void A_crowd_of_equal_pictures_stays_connected_by_at_most_64_partners_each_behind_it()
    {
        const int Count = 3_000;
        var pairs = ClosePairs.Find(new byte[Count * 48], 48, radius: 1.9, threads: 2, CancellationToken.None);

        Assert.All(pairs.GroupBy(pair => pair.First), group => Assert.InRange(group.Count(), 1, SketchedPairs.MostPartners));
        Assert.Equal(1, PartsOf(pairs, Count));
    }

    [Fact]
    public async Task In_crowds_of_any_shape_all_that_is_connected_stays_so()
        => await Seeds.EachAsync(usual: 8, seed =>
        {
            // Steps in three directions: crowds whose rows are near many others, which are not all near each other.
            const int Count = 600;
            var random = new SplitMix64((ulong)seed);
            var rows = new byte[Count * 48];
            var spread = 8 + random.Below(60);
            for (var i = 0; i < Count; i++)
            {
                foreach (var at in (int[])[0, 13, 40])
                    rows[(i * 48) + at] = (byte)random.Below(spread);
            }

            var radius = random.Between(1, 3);
            var found = ClosePairs.Find(rows, 48, radius, threads: 2, CancellationToken.None);

            var all = All(rows, 48, radius);
            Assert.Empty(found.Except(all));
            Assert.Equal(PartsOf(all, Count), PartsOf(found, Count));
            Assert.Equal(found, ClosePairs.Find(rows, 48, radius, threads: 1, CancellationToken.None));
            return Task.CompletedTask;
        });

    [Fact]
    public void A_row_in_the_middle_of_a_star_is_connected_with_every_ray()
    {
        // 96 rays, each 20 from the middle in its own byte, and so 28 from each other.
        var rows = new byte[97 * 96];
        for (var ray = 0; ray < 96; ray++)
            rows[((ray + 1) * 96) + ray] = 20;

        var pairs = ClosePairs.Find(rows, 96, radius: 20 / Math.Sqrt(96), threads: 2, CancellationToken.None);

        Assert.Equal(Enumerable.Range(1, 96), pairs.Select(pair => pair.Second));
        Assert.All(pairs, pair => Assert.Equal(0, pair.First));
    }

    [Fact]
    public void Pairs_that_are_not_wanted_do_not_count_among_a_crowd_s_partners()
    {
        // 500 equal rows, of which only the last is to be paired: with every other one, however many they are to each other.
        const int Count = 500;

        var pairs = ClosePairs.Find(
            new byte[Count * 48], 48, radius: 1, threads: 2, CancellationToken.None, isWanted: static (_, second) => second == Count - 1);

        Assert.Equal(Enumerable.Range(0, Count - 1).Select(first => new ClosePair(first, Count - 1, 0)), pairs);
    }

    [Fact]
    public void Where_there_is_nothing_nothing_is_near()
        => Assert.Empty(ClosePairs.Find(ReadOnlyMemory<byte>.Empty, 768, radius: 1.9, threads: 2, CancellationToken.None));

    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(47, 1.0)]
    [InlineData(1584, 1.0)]
    [InlineData(96, 1.0)]
    [InlineData(48, -1.0)]
    [InlineData(48, double.NaN)]
    public void Rows_and_radii_that_cannot_be_are_refused(int width, double radius)
        => Assert.Throws<ArgumentOutOfRangeException>(() => ClosePairs.Find(new byte[48], width, radius, threads: 1, CancellationToken.None));

    [Fact]
    public void A_search_that_is_cancelled_stops()
        => Assert.Throws<OperationCanceledException>(
            () => ClosePairs.Find(new byte[480], 48, radius: 1, threads: 1, new CancellationToken(canceled: true)));

    // Families: rows, and some that were made from an earlier one by small changes.
    private static byte[] Rows(SplitMix64 random, int count, int width)
    {
        var rows = new byte[count * width];
        for (var i = 0; i < count; i++)
        {
            var row = rows.AsSpan(i * width, width);
            if (i > 0 && random.Chance(0.7f))
            {
                rows.AsSpan(random.Below(i) * width, width).CopyTo(row);
                var step = random.Below(20);
                foreach (ref var value in row)
                    value = (byte)Math.Clamp(value + random.Below((2 * step) + 1) - step, 0, 255);
            }
            else
            {
                foreach (ref var value in row)
                    value = (byte)random.Below(256);
            }
        }

        return rows;
    }

    private static List<ClosePair> All(byte[] rows, int width, double radius)
    {
        var pairs = new List<ClosePair>();
        var count = rows.Length / width;
        for (var first = 0; first < count; first++)
        {
            for (var second = first + 1; second < count; second++)
            {
                long sum = 0;
                for (var i = 0; i < width; i++)
                    sum += (rows[(first * width) + i] - rows[(second * width) + i]) * (rows[(first * width) + i] - rows[(second * width) + i]);
                if (Math.Sqrt(sum / (double)width) is var distance && distance <= radius)
                    pairs.Add(new ClosePair(first, second, distance));
            }
        }

        return pairs;
    }

    private static int PartsOf(IEnumerable<ClosePair> pairs, int count)
    {
        var parts = new Parts(count);
        foreach (var pair in pairs)
            parts.Join(pair.First, pair.Second);
        return Enumerable.Range(0, count).Count(i => parts.Of(i) == i);
    }
}
