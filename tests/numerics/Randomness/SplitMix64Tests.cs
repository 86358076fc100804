using Pomona.Numerics.Randomness;

namespace Pomona.Numerics.Tests.Randomness;

public sealed class SplitMix64Tests
{
    // The first numbers for seed 1234567 of the authors' reference implementation (prng.di.unimi.it/splitmix64.c).
    [Fact]
    public void The_sequence_is_the_published_one()
    {
        var random = new SplitMix64(1234567);

        Assert.Equal(
            [6457827717110365317UL, 3203168211198807973UL, 9817491932198370423UL, 4593380528125082431UL],
            new[] { random.Next(), random.Next(), random.Next(), random.Next() });
    }

    [Fact]
    public void Whole_numbers_stay_below_the_limit_and_fall_evenly()
    {
        var random = new SplitMix64(7);
        var counts = new int[6];

        for (var i = 0; i < 60_000; i++)
            counts[random.Below(6)]++;

        // Standard deviation 91: a fair die strays by five of them less than once in a million runs; this one is seeded.
        Assert.All(counts, count => Assert.InRange(count, 9_500, 10_500));
    }

    [Fact]
    public void Numbers_between_two_limits_stay_there_and_fill_the_room()
    {
        var random = new SplitMix64(7);
        var drawn = Enumerable.Range(0, 10_000).Select(_ => random.Between(-2, 3)).ToArray();

        Assert.InRange(drawn.Min(), -2, -1.99f);
        Assert.InRange(drawn.Max(), 2.99f, 2.9999999f);
        Assert.InRange(drawn.Average(), 0.45, 0.55);
    }

    [Fact]
    public void Each_name_has_a_sequence_of_its_own_which_the_seed_changes()
    {
        var names = Enumerable.Range(0, 1_000).Select(i => $"apple/{i}.jpg").ToArray();

        Assert.Equal(2_000, names.SelectMany(name => new[] { SplitMix64.Hash(1, name), SplitMix64.Hash(2, name) }).Distinct().Count());
        Assert.Equal(SplitMix64.Hash(1, names[0]), SplitMix64.Hash(1, names[0]));
    }

    [Fact]
    public void Shuffling_loses_nothing()
    {
        var items = Enumerable.Range(0, 100).ToArray();

        new SplitMix64(3).Shuffle(items.AsSpan());

        Assert.NotEqual(Enumerable.Range(0, 100), items);
        Assert.Equal(Enumerable.Range(0, 100), items.Order());
    }
}
