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
}
