using Pomona.Contracts;
using Pomona.Job.Quality;
using Pomona.Numerics.Randomness;

namespace Pomona.Job.Tests.Quality;

public sealed class FindingOrderTests
{
    [Fact]
    public void In_whatever_order_findings_come_they_are_sorted_alike()
    {
        var images = MadeImages.Of(classes: 3, perClass: 30);
        QualityFindingsTests.Plant(images);
        var sorted = images.Look().Ordered;

        for (var seed = 0UL; seed < 20; seed++)
        {
            Finding[] shuffled = [.. sorted];
            new SplitMix64(seed).Shuffle(shuffled.AsSpan());
            Array.Sort(shuffled, FindingOrder.Instance);
            Assert.Equal(sorted, shuffled);
        }
    }

    [Fact]
    public void Groups_are_what_a_walk_over_all_pairs_reaches_and_are_known_by_their_smallest()
    {
        for (var seed = 0UL; seed < 50; seed++)
        {
            var random = new SplitMix64(seed);
            var (count, groups) = (40, new ConnectedGroups(40));
            int[] smallest = [.. Enumerable.Range(0, count)];
            for (var pair = 0; pair < 25; pair++)
            {
                var (one, other) = (random.Below(count), random.Below(count));
                groups.Join(one, other);
                var (kept, gone) = (Math.Min(smallest[one], smallest[other]), Math.Max(smallest[one], smallest[other]));
                smallest = Array.ConvertAll(smallest, first => first == gone ? kept : first);
            }

            Assert.Equal(smallest, Enumerable.Range(0, count).Select(groups.FirstOf));
        }
    }
}
