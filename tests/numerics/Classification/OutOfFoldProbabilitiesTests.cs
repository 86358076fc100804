using Pomona.Numerics.Classification;
using Pomona.Numerics.Randomness;

namespace Pomona.Numerics.Tests.Classification;

public sealed class OutOfFoldProbabilitiesTests
{
    [Fact]
    public void A_row_whose_label_is_wrong_has_no_part_in_its_own_probabilities()
    {
        // Classes far apart, and a row of each that is labelled as the other: a model that had learnt from it would hesitate.
        var (rows, labels) = Clouds(new SplitMix64(11), ofClass: 60, classes: 2, apart: 8);
        (labels[0], labels[60]) = (1, 0);

        var probabilities = Compute(rows, labels, classes: 2);

        Assert.InRange(probabilities[0], 0.95f, 1);
        Assert.InRange(probabilities[(60 * 2) + 1], 0.95f, 1);
        Assert.Equal([0, 60], ConfidentLearning.Find(labels, probabilities, classes: 2).Select(label => label.Row).Order());
    }

    [Fact]
    public async Task They_are_probabilities_and_the_same_bits_with_any_number_of_threads()
        => await Seeds.EachAsync(usual: 5, seed =>
        {
            var random = new SplitMix64((ulong)seed);
            var classes = 2 + random.Below(4);
            var (rows, labels) = Clouds(random, ofClass: 20 + random.Below(40), classes, apart: 1);

            var probabilities = Compute(rows, labels, classes, (ulong)seed);

            for (var row = 0; row < labels.Length; row++)
                Assert.Equal(1, probabilities.Skip(row * classes).Take(classes).Sum(), tolerance: 1e-5);
            Assert.All(probabilities, share => Assert.InRange(share, 0, 1));
            Assert.Equal(probabilities, Compute(rows, labels, classes, (ulong)seed, threads: 3));
            return Task.CompletedTask;
        });

    [Fact]
    public void A_class_with_more_rows_than_teach_is_learnt_from_some_of_them_which_the_seed_chooses()
    {
        var (rows, labels) = Clouds(new SplitMix64(4), ofClass: (OutOfFoldProbabilities.MostTrainingRowsOfAClass * 5 / 4) + 200, classes: 2, apart: 4);

        var probabilities = Compute(rows, labels, classes: 2, seed: 1);

        Assert.NotEqual(probabilities, Compute(rows, labels, classes: 2, seed: 2));
        Assert.InRange(Enumerable.Range(0, labels.Length).Count(row => probabilities[(row * 2) + labels[row]] > 0.5f), labels.Length * 0.97, labels.Length);
    }

    [Fact]
    public void Of_rows_that_nothing_is_known_of_all_classes_are_as_likely()
    {
        Assert.Equal([0.5f, 0.5f], OutOfFoldProbabilities.Compute([3f], 1, [1], classes: 2, seed: 1, threads: 1, CancellationToken.None));
        Assert.Empty(OutOfFoldProbabilities.Compute([], 1, [], classes: 2, seed: 1, threads: 1, CancellationToken.None));
    }

    [Fact]
    public void Rows_and_labels_that_do_not_match_are_refused()
        => Assert.Throws<ArgumentOutOfRangeException>(
            () => OutOfFoldProbabilities.Compute([1f, 2f, 3f], 2, [0], classes: 1, seed: 1, threads: 1, CancellationToken.None));

    private static float[] Compute(float[] rows, int[] labels, int classes, ulong seed = 1, int threads = 1)
        => OutOfFoldProbabilities.Compute(rows, rows.Length / labels.Length, labels, classes, seed, threads, CancellationToken.None);

    // Clouds of points, one for each class, each around a corner of its own.
    private static (float[] Rows, int[] Labels) Clouds(SplitMix64 random, int ofClass, int classes, float apart)
    {
        int[] labels = [.. Enumerable.Range(0, classes * ofClass).Select(row => row / ofClass)];
        return ([.. labels.SelectMany(label => Enumerable.Range(0, 6).Select(j => random.Between(-1, 1) + (j == label ? apart : 0)))], labels);
    }
}
