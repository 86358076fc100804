namespace Pomona.Architecture.Tests;

/// <summary>That the architecture tests would fail: what they look with sees every use, and every circle.</summary>
public sealed class FolderCyclesTests
{
    private static readonly IReadOnlySet<TypeUse> Uses = TypeUses.In(typeof(FolderCyclesTests).Assembly.Location);

    [Fact]
    public void A_circle_that_only_method_bodies_make_is_found_and_names_its_types()
        => Assert.Equal(
            [
                "Pomona.Architecture.Tests.Circle.One → Pomona.Architecture.Tests.Circle.Two: First uses Second",
                "Pomona.Architecture.Tests.Circle.Three → Pomona.Architecture.Tests.Circle.One: Third uses First",
                "Pomona.Architecture.Tests.Circle.Two → Pomona.Architecture.Tests.Circle.Three: Second uses Third",
            ],
            FolderCycles.In(Uses, "Pomona.Architecture.Tests.Circle"));

    [Theory]
    [InlineData("A.B>A.C")]
    [InlineData("A.B>A.C A.C>A.D A.B>A.D")]
    [InlineData("A>A.B A>A.C A.B>A.C")]
    [InlineData("A.C>A.B.E A.B.E>A.B")]
    [InlineData("A.B>Other.X Other.X>A.C A.C>A.B")] // other namespaces are generated code's
    public void Folders_that_use_each_other_in_one_direction_are_no_circle(string uses)
        => Assert.Empty(FolderCycles.In(Made(uses), "A"));

    [Theory]
    [InlineData("A.B>A.C A.C>A.B", 2)]
    [InlineData("A.B>A.C A.C>A.D A.D>A.B A.D>A.E", 3)]
    [InlineData("A>A.B A.B>A", 2)] // a folder and the one above it
    [InlineData("A.B.E>A.C A.C>A.B.F", 2)] // B.E, C and B.F are none, but B and C are
    [InlineData("A.B.E>A.B.F A.B.F>A.B.E", 2)]
    public void A_circle_is_found_at_every_depth(string uses, int steps)
        => Assert.Equal(steps, FolderCycles.In(Made(uses), "A").Count);

    [Fact]
    public void Every_way_to_use_a_type_is_seen()
    {
        var users = typeof(FolderCyclesTests).Assembly.GetTypes()
            .Where(type => type is { Namespace: "Pomona.Architecture.Tests.Kinds", IsNested: false })
            .Select(type => type.Name)
            .Except(["ByNothing"])
            .Order(StringComparer.Ordinal);

        Assert.Equal(users, Uses
            .Where(use => use is { FromNamespace: "Pomona.Architecture.Tests.Kinds", ToNamespace: "Pomona.Architecture.Tests.Kinds.Used" })
            .Select(use => use.From)
            .Distinct()
            .Order(StringComparer.Ordinal));
    }

    private static IEnumerable<TypeUse> Made(string uses) => uses.Split(' ')
        .Select(use => use.Split('>'))
        .Select(ends => new TypeUse(ends[0], "X", ends[1], "Y"));
}
