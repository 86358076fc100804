using Pomona.Numerics.Neighbours;

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
}
