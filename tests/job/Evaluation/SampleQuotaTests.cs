using Pomona.Job.Evaluation;
using Pomona.Numerics.Randomness;

namespace Pomona.Job.Tests.Evaluation;

public sealed class SampleQuotaTests
{
    [Fact]
    public void A_run_that_fits_is_taken_whole()
    {
        var counts = new Dictionary<string, long> { ["apple"] = 3, ["kiwi"] = 900, ["empty"] = 0 };

        Assert.Equal(
            new SortedDictionary<string, int> { ["apple"] = 3, ["kiwi"] = 900 },
            new SortedDictionary<string, int>(SampleQuota.For(counts, seed: 1).ToDictionary()));
    }

    [Fact]
    public void Quotas_never_exceed_their_class_nor_all_of_them_the_limit_and_waste_nothing()
    {
        var random = new SplitMix64(9);
        for (var round = 0; round < 300; round++)
        {
            var counts = Enumerable.Range(0, 1 + random.Below(40))
                .ToDictionary(i => $"class {i}", _ => (long)Math.Pow(10, random.Between(0, 4)));
            var most = 50 + random.Below(500);

            var quotas = SampleQuota.For(counts, seed: round, mostImages: most);

            Assert.All(quotas, quota => Assert.InRange(quota.Value, 1, counts[quota.Key]));
            Assert.InRange(quotas.Values.Sum(), Math.Min(most, counts.Values.Sum()) - quotas.Count, most);
            // No class gets more than another unless the other is taken whole.
            var cut = quotas.Where(quota => quota.Value < counts[quota.Key]).Select(quota => quota.Value).ToArray();
            if (cut.Length > 0)
                Assert.All(quotas.Values, quota => Assert.InRange(quota, 0, cut.Min() + 1));
        }
    }

    [Fact]
    public void Of_too_many_classes_the_seed_chooses_some()
    {
        var counts = Enumerable.Range(0, 5_000).ToDictionary(i => $"class {i}", _ => 1_000L);

        var quotas = SampleQuota.For(counts, seed: 1);

        Assert.Equal(SampleQuota.MostLabels, quotas.Count);
        Assert.Equal(SampleQuota.MostImages, quotas.Values.Sum());
        Assert.NotEqual(quotas.Keys.Order(), SampleQuota.For(counts, seed: 2).Keys.Order());
    }
}
