using Pomona.Numerics.Neighbours;
using Pomona.Numerics.Randomness;

namespace Pomona.Numerics.Tests.Neighbours;

public sealed class CloseFeaturesTests
{
    [Fact]
    public async Task Of_any_features_they_are_the_pairs_that_comparing_all_with_all_finds()
        => await Seeds.EachAsync(usual: 25, seed =>
        {
            var random = new SplitMix64((ulong)seed);
            var width = 1 + random.Below(150);
            // No more than the partners that a row may keep: in few directions all of them are near each other.
            var rows = Quantised(Features(random, 1 + random.Below(SketchedPairs.MostPartners), width));
            var least = random.Between(0.5f, 0.999f);

            var found = CloseFeatures.Find(rows, width, least, threads: 1 + random.Below(3), CancellationToken.None);

            Assert.Equal(All(rows, width, least), found);
            return Task.CompletedTask;
        });

    [Fact]
    public void More_rows_than_are_sampled_for_the_directions_lose_nothing()
    {
        // What the sample does not see: a kind of row that comes last, in directions of its own.
        const int Width = 40;
        var random = new SplitMix64(8);
        var features = new float[900][];
        for (var i = 0; i < features.Length; i++)
        {
            features[i] = new float[Width];
            var from = i < 870 ? 0 : Width / 2;
            for (var j = from; j < from + (Width / 2); j++)
                features[i][j] = random.Between(0, 1);
        }

        var rows = Quantised(features);

        var all = All(rows, Width, 0.91);
        Assert.Contains(all, pair => pair.First >= 870);
        Assert.Equal(all, CloseFeatures.Find(rows, Width, 0.91, threads: 2, CancellationToken.None));
    }

    [Fact]
    public void Rows_of_one_direction_have_the_distance_0_and_still_are_near_at_the_cosine_1()
    {
        var rows = Quantised([[1, 2, 3], [2, 4, 6], [3, 2, 1]]);

        Assert.Equal([new(0, 1, 0)], CloseFeatures.Find(rows, 3, leastCosine: 1, threads: 1, CancellationToken.None));
    }

    [Fact]
    public void Rows_of_zeros_are_near_nothing()
        => Assert.Empty(CloseFeatures.Find(Quantised([[0, 0], [0, 0], [1, 0], [0, 0]]), 2, leastCosine: 0.01, threads: 1, CancellationToken.None));

    [Fact]
    public void A_crowd_stays_connected_by_few_partners_each()
    {
        const int Count = 1_000;
        var random = new SplitMix64(2);
        var rows = Quantised([.. Enumerable.Range(0, Count).Select(_ => new[] { 1, random.Between(0, 0.1f), random.Between(0, 0.1f) })]);

        var pairs = CloseFeatures.Find(rows, 3, leastCosine: 0.93, threads: 2, CancellationToken.None);

        Assert.InRange(pairs.Count, Count - 1, Count * SketchedPairs.MostPartners);
        var parts = new Parts(Count);
        foreach (var pair in pairs)
            parts.Join(pair.First, pair.Second);
        Assert.All(Enumerable.Range(0, Count), row => Assert.Equal(0, parts.Of(row)));
    }

    [Fact]
    public void Whole_numbers_change_the_cosine_of_features_like_a_network_s_by_less_than_a_thousandth()
    {
        var random = new SplitMix64(6);
        for (var round = 0; round < 50; round++)
        {
            float[][] pair = [Layer(random), Layer(random)];
            for (var j = 0; j < pair[1].Length; j++)
                pair[1][j] = Math.Max(0, (0.8f * pair[0][j]) + (0.3f * pair[1][j]));
            var rows = Quantised(pair);

            var found = Assert.Single(CloseFeatures.Find(rows, 1280, leastCosine: 0.1, threads: 1, CancellationToken.None));

            Assert.Equal(Cosine(pair[0], pair[1]), 1 - found.Distance, tolerance: 0.001);
        }
    }

    [Theory]
    [InlineData(0, 0.9)]
    [InlineData(3, 0.9)]
    [InlineData(2, 0.0)]
    [InlineData(2, 1.01)]
    [InlineData(2, double.NaN)]
    public void Rows_and_cosines_that_cannot_be_are_refused(int width, double least)
        => Assert.Throws<ArgumentOutOfRangeException>(() => CloseFeatures.Find(new sbyte[4], width, least, threads: 1, CancellationToken.None));

    [Fact]
    public void Where_there_is_nothing_nothing_is_near()
        => Assert.Empty(CloseFeatures.Find(ReadOnlyMemory<sbyte>.Empty, 1280, 0.93, threads: 2, CancellationToken.None));

    private static float[] Layer(SplitMix64 random)
        => [.. Enumerable.Range(0, 1280).Select(_ => random.Chance(0.4f) ? 0 : MathF.Pow(random.Between(0, 1), 3) * 4)];

    // Families: features, and some that were made from earlier ones by small changes.
    private static float[][] Features(SplitMix64 random, int count, int width)
    {
        var rows = new float[count][];
        for (var i = 0; i < count; i++)
        {
            var step = random.Between(0, 0.6f);
            rows[i] = i > 0 && random.Chance(0.6f)
                ? [.. rows[random.Below(i)].Select(number => number + random.Between(-step, step))]
                : [.. Enumerable.Range(0, width).Select(_ => random.Between(-0.3f, 1))];
        }

        return rows;
    }

    private static sbyte[] Quantised(float[][] features)
        => [.. features.SelectMany(row =>
        {
            var numbers = new sbyte[row.Length];
            CloseFeatures.Quantise(row, numbers);
            return numbers;
        })];

    private static List<ClosePair> All(sbyte[] rows, int width, double least)
    {
        var pairs = new List<ClosePair>();
        for (var first = 0; first < rows.Length / width; first++)
        {
            for (var second = first + 1; second < rows.Length / width; second++)
            {
                var cosine = Cosine(Row(first), Row(second));
                if (cosine >= least)
                    pairs.Add(new ClosePair(first, second, 1 - cosine));
            }
        }

        return pairs;

        float[] Row(int row) => Array.ConvertAll(rows[(row * width)..((row + 1) * width)], number => (float)number);
    }

    private static double Cosine(float[] one, float[] other)
    {
        double product = 0, square = 0, otherSquare = 0;
        for (var j = 0; j < one.Length; j++)
        {
            product += (double)one[j] * other[j];
            square += (double)one[j] * one[j];
            otherSquare += (double)other[j] * other[j];
        }

        return product <= 0 ? 0 : product / Math.Sqrt(square * otherSquare);
    }
}
