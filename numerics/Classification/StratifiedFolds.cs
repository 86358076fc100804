using Pomona.Numerics.Randomness;

namespace Pomona.Numerics.Classification;

/// <summary>
/// Cuts a sample into folds of which each holds its share of every class, within one image (Kohavi, "A study of
/// cross-validation and bootstrap", IJCAI 1995).
/// </summary>
public static class StratifiedFolds
{
    /// <summary>The fold of each image, 0 to <paramref name="folds"/> − 1.</summary>
    /// <param name="labels">Each image's class, 0 to <paramref name="classes"/> − 1.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="folds">How many folds to cut.</param>
    /// <param name="seed">Another seed cuts otherwise.</param>
    public static int[] Assign(ReadOnlySpan<int> labels, int classes, int folds, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        var members = new List<int>[classes];
        for (var c = 0; c < classes; c++)
            members[c] = [];
        for (var i = 0; i < labels.Length; i++)
            members[labels[i]].Add(i);

        var random = new SplitMix64(unchecked((ulong)seed));
        var fold = new int[labels.Length];
        var next = 0;
        foreach (var ofClass in members)
        {
            var shuffled = ofClass.ToArray();
            random.Shuffle(shuffled.AsSpan());
            // Dealing goes on where the class before stopped, so that whole folds differ by one image at most too.
            foreach (var image in shuffled)
                fold[image] = next++ % folds;
        }

        return fold;
    }
}
