using Pomona.Numerics.Classification;
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
    public void A_cancelled_search_stops()
        => Assert.ThrowsAny<OperationCanceledException>(
            () => SoftmaxClassifier.Fit([[0f], [1f]], [0, 1], classes: 2, new CancellationToken(canceled: true)));
}
