using Pomona.Job.Evaluation;
using Pomona.Numerics.Randomness;

namespace Pomona.Job.Tests.Evaluation;

public sealed class RunClassifierTests
{
    [Fact]
    public void Clouds_that_lie_apart_are_learnt_and_the_standardisation_is_part_of_the_weights()
    {
        var random = new SplitMix64(3);
        string[] labels = ["apple", "kiwi", "pear"];
        SampledImage<float[]>[] images =
        [
            .. labels.SelectMany((label, c) => Enumerable.Range(0, 40).Select(i => new SampledImage<float[]>(
                $"{label}/{i}.jpg", label, i, [500 + random.Between(-1, 1) + (c == 0 ? 9 : 0), 0.001f * (random.Between(-1, 1) + (9 * c)), 7]))),
        ];

        var classifier = RunClassifier.Fit(images, threads: 2, CancellationToken.None);

        Assert.Equal(labels, classifier.Labels);
        Assert.Equal(120, classifier.Images);
        Assert.All(images, image => Assert.Equal(image.Label, labels[classifier.Classify(image.Place)]));
    }

    [Fact]
    public void Of_each_class_a_thousand_images_at_most_are_learnt_from()
    {
        var quotas = RunClassifier.QuotasFor(new Dictionary<string, long> { ["few"] = 3, ["many"] = 1_000_000 }, components: 50);

        Assert.Equal((3, RunClassifier.MostPerClass), (quotas["few"], quotas["many"]));
    }

    [Theory]
    [InlineData(1_000, 50)]
    [InlineData(1_000, 4_096)]
    [InlineData(131, 1_280)]
    [InlineData(2, 4_096)]
    public void Memory_and_time_are_bounded_and_no_class_is_left_out(int classes, int components)
    {
        var quotas = RunClassifier.QuotasFor(Enumerable.Range(0, classes).ToDictionary(c => $"{c}", _ => 5_000L), components);

        Assert.Equal(classes, quotas.Count);
        Assert.All(quotas.Values, quota => Assert.InRange(quota, 1, RunClassifier.MostPerClass));
        var images = quotas.Values.Sum(quota => (long)quota);
        Assert.InRange(images * components * sizeof(float), 0, 64L << 20);
        Assert.True(images == classes || images * classes * (components + 1) <= 1_000_000_000);
    }

    [Fact]
    public void There_is_none_of_one_class_of_no_components_or_of_too_many_classes()
    {
        static Dictionary<string, long> Classes(int count) => Enumerable.Range(0, count).ToDictionary(c => $"{c}", _ => 9L);

        Assert.Contains("only one class", RunClassifier.ReasonToSkip(Classes(1), 50), StringComparison.Ordinal);
        Assert.Contains("no components", RunClassifier.ReasonToSkip(Classes(3), 0), StringComparison.Ordinal);
        Assert.Contains("1,001 classes", RunClassifier.ReasonToSkip(Classes(1_001), 50), StringComparison.Ordinal);
        Assert.Null(RunClassifier.ReasonToSkip(Classes(1_000), 50));
    }
}
