using Pomona.Numerics.Classification;
using Pomona.Numerics.Randomness;

namespace Pomona.Numerics.Tests.Classification;

public sealed class StratifiedFoldsTests
{
    [Fact]
    public void Every_image_is_in_one_fold_and_every_fold_has_its_share_of_every_class_within_one()
    {
        var random = new SplitMix64(3);
        for (var round = 0; round < 200; round++)
        {
            var classes = 1 + random.Below(8);
            var labels = Enumerable.Range(0, random.Below(200)).Select(_ => random.Below(classes)).ToArray();
            var folds = 2 + random.Below(6);

            var fold = StratifiedFolds.Assign(labels, classes, folds, seed: round);

            Assert.Equal(labels.Length, fold.Length);
            Assert.All(fold, one => Assert.InRange(one, 0, folds - 1));
            for (var c = 0; c < classes; c++)
                AssertWithinOne(Enumerable.Range(0, folds).Select(f => Enumerable.Range(0, fold.Length).Count(i => fold[i] == f && labels[i] == c)));
            AssertWithinOne(Enumerable.Range(0, folds).Select(f => fold.Count(one => one == f)));
        }
    }

    [Fact]
    public void The_seed_alone_decides()
    {
        int[] labels = [.. Enumerable.Range(0, 100).Select(i => i % 3)];

        Assert.Equal(StratifiedFolds.Assign(labels, 3, 5, seed: 1), StratifiedFolds.Assign(labels, 3, 5, seed: 1));
        Assert.NotEqual(StratifiedFolds.Assign(labels, 3, 5, seed: 1), StratifiedFolds.Assign(labels, 3, 5, seed: 2));
    }

    private static void AssertWithinOne(IEnumerable<int> counts)
    {
        var all = counts.ToArray();
        Assert.InRange(all.Max() - all.Min(), 0, 1);
    }
}
