using Pomona.Numerics.Neighbours;
using Pomona.Numerics.Randomness;

namespace Pomona.Numerics.Tests.Neighbours;

public sealed class PartsTests
{
    [Fact]
    public void A_part_is_named_by_its_least_member_in_whatever_order_it_was_joined()
    {
        var parts = new Parts(6);
        parts.Join(5, 3);
        parts.Join(4, 1);
        parts.Join(3, 4);
        parts.Join(3, 5);

        Assert.Equal([0, 1, 2, 1, 1, 1], Enumerable.Range(0, 6).Select(parts.Of));
    }

    [Fact]
    public void Parts_are_what_a_walk_over_all_pairs_reaches_and_are_known_by_their_least()
    {
        for (var seed = 0UL; seed < 50; seed++)
        {
            var random = new SplitMix64(seed);
            var (count, parts) = (40, new Parts(40));
            int[] least = [.. Enumerable.Range(0, count)];
            for (var pair = 0; pair < 25; pair++)
            {
                var (one, other) = (random.Below(count), random.Below(count));
                parts.Join(one, other);
                var (kept, gone) = (Math.Min(least[one], least[other]), Math.Max(least[one], least[other]));
                least = Array.ConvertAll(least, first => first == gone ? kept : first);
            }

            Assert.Equal(least, Enumerable.Range(0, count).Select(parts.Of));
        }
    }
}
