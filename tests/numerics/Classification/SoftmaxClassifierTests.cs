using Pomona.Numerics.Classification;
using Pomona.Numerics.Randomness;
using Pomona.Numerics.Reduction;

namespace Pomona.Numerics.Tests.Classification;

public sealed class SoftmaxClassifierTests
{
    [Fact]
    public void Weights_and_answers_are_scikit_learn_s()
    {
        var goldens = ClassifierGoldens.Read();
        var scaling = new TrainingScaling(goldens.Rows);

        var softmax = SoftmaxClassifier.Fit(
            Array.ConvertAll(goldens.Rows, scaling.Apply), goldens.Labels, classes: 3, CancellationToken.None);

        var expected = goldens.Weights.SelectMany(row => row).ToArray();
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], softmax.Weights[i], tolerance: 0.01);
        Assert.Equal(goldens.Softmax, goldens.Queries.Select(query => softmax.Classify(scaling.Apply(query))));
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit()
    {
        var random = new SplitMix64(5);
        float[][] rows = [.. Enumerable.Range(0, 1_500).Select(i => Enumerable.Range(0, 9).Select(j => random.Between(-1, 1) + (i % 3 == j ? 1 : 0)).ToArray())];
        int[] labels = [.. Enumerable.Range(0, rows.Length).Select(i => i % 3)];

        var alone = SoftmaxClassifier.Fit(rows, labels, classes: 3, CancellationToken.None);

        Assert.Equal(alone.Weights.ToArray(), SoftmaxClassifier.Fit(rows, labels, 3, CancellationToken.None, threads: 3).Weights.ToArray());
    }

    [Fact]
    public void A_cancelled_search_stops()
        => Assert.ThrowsAny<OperationCanceledException>(
            () => SoftmaxClassifier.Fit([[0f], [1f]], [0, 1], classes: 2, new CancellationToken(canceled: true)));
}
