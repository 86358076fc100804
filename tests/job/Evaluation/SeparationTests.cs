using Pomona.Job.Evaluation;
using Pomona.Numerics.Randomness;

namespace Pomona.Job.Tests.Evaluation;

public sealed class SeparationTests
{
    [Fact]
    public void Classes_that_lie_apart_are_told_apart_without_error()
    {
        var report = Separation.Measure(Clouds(images: 200, classes: 4, distance: 30), threads: 2, CancellationToken.None);

        Assert.Equal(4, report.Scores.Count);
        Assert.All(report.Scores, score => Assert.Equal(1, score.Accuracy));
        Assert.All(report.Scores, score => Assert.Equal(0, score.Spread));
        Assert.All(report.Scores, score => Assert.Equal([50, 50, 50, 50], score.Confusion.Select((row, c) => row[c])));
    }

    [Fact]
    public void Labels_that_mean_nothing_are_guessed_by_chance()
    {
        var report = Separation.Measure(Clouds(images: 1_000, classes: 4, distance: 0), threads: 2, CancellationToken.None);

        // Chance is 0.25 with a standard error of 0.014.
        Assert.All(report.Scores, score => Assert.InRange(score.Accuracy, 0.18, 0.32));
        Assert.Equal(0.25, report.MajorityAccuracy);
    }

    [Fact]
    public void The_order_of_the_images_changes_nothing()
    {
        var images = Clouds(images: 150, classes: 3, distance: 1.5f);
        var expected = Separation.Measure(images, threads: 2, CancellationToken.None);
        var shuffled = images.ToArray();
        new SplitMix64(4).Shuffle(shuffled.AsSpan());

        Assert.Equivalent(expected, Separation.Measure(shuffled, threads: 2, CancellationToken.None), strict: true);
    }

    [Fact]
    public void Every_measured_image_is_in_the_confusion_matrix_once_under_its_class()
    {
        var images = Clouds(images: 103, classes: 3, distance: 1);

        var report = Separation.Measure(images, threads: 2, CancellationToken.None);

        Assert.All(report.Scores, score => Assert.Equal(
            report.Classes.Select(label => images.Count(image => image.Label == label)), score.Confusion.Select(row => row.Sum())));
    }

    [Fact]
    public void Classes_with_fewer_images_than_folds_are_left_out_and_named()
    {
        ReportSample[] images =
            [.. Clouds(images: 60, classes: 3, distance: 30), .. Clouds(images: 4, classes: 1, distance: 30, prefix: "rare")];

        var report = Separation.Measure(images, threads: 2, CancellationToken.None);

        Assert.Equal(["rare 0"], report.LeftOutClasses);
        Assert.Equal(60, report.Images);
        Assert.DoesNotContain("rare 0", report.Classes);
    }

    [Fact]
    public void Without_components_only_the_features_are_measured()
    {
        var images = Clouds(images: 60, classes: 3, distance: 30).Select(image => image with { Components = [] }).ToArray();

        Assert.All(Separation.Measure(images, threads: 2, CancellationToken.None).Scores, score => Assert.Equal("12 features", score.Input));
    }

    [Fact]
    public void One_class_or_too_few_images_are_not_measured_and_the_reason_is_said()
    {
        Assert.Contains("only one class", Separation.ReasonToSkip(Clouds(images: 50, classes: 1, distance: 0)), StringComparison.Ordinal);
        Assert.Contains("Fewer than two classes", Separation.ReasonToSkip(Clouds(images: 8, classes: 2, distance: 9)), StringComparison.Ordinal);
        Assert.NotNull(Separation.ReasonToSkip([]));
        Assert.Null(Separation.ReasonToSkip(Clouds(images: 10, classes: 2, distance: 9)));
        Assert.Throws<ArgumentException>(() => Separation.Measure([], threads: 2, CancellationToken.None));
    }

    [Fact]
    public void A_cancelled_measurement_stops()
        => Assert.ThrowsAny<OperationCanceledException>(
            () => Separation.Measure(Clouds(images: 50, classes: 2, distance: 1), threads: 2, new CancellationToken(canceled: true)));

    private static ReportSample[] Clouds(int images, int classes, float distance, string prefix = "class")
    {
        var random = new SplitMix64(17);
        return [.. Enumerable.Range(0, images).Select(i =>
        {
            var features = Enumerable.Range(0, 12)
                .Select(j => (distance * (j % classes == i % classes ? 1 : 0)) + random.Between(-1, 1) + random.Between(-1, 1))
                .ToArray();
            return new ReportSample($"{prefix}/{i}.jpg", $"{prefix} {i % classes}", features, features[..Math.Min(12, classes + 1)], null);
        })];
    }
}
