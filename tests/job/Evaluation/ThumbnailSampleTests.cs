using Pomona.Job.Evaluation;

namespace Pomona.Job.Tests.Evaluation;

public sealed class ThumbnailSampleTests
{
    [Theory]
    [InlineData(3, 10_000)]
    [InlineData(7, 500)]
    [InlineData(150, 40)]
    [InlineData(2_000, 3)]
    public void What_the_report_shows_has_a_thumbnail_when_few_images_were_rejected(int classes, int perClass)
    {
        var planned = (from label in Enumerable.Range(0, classes)
                       from image in Enumerable.Range(0, perClass + (label % 5))
                       select (Image: $"class {label:D4}/{image:D5}.jpg", Label: $"class {label:D4}")).ToList();
        var sample = SampleOf(planned);

        // Every eighth is rejected: the report's choice is made anew from the rest.
        var used = planned.Where((_, place) => place % 8 != 3).ToList();
        var quotas = SampleQuota.For(
            used.GroupBy(image => image.Label).ToDictionary(label => label.Key, label => (long)label.Count()),
            SampleQuota.Seed, SampleQuota.MostThumbnails);
        var shown = new SampleSelection<int>(SampleQuota.Seed, quotas);
        foreach (var (image, label) in used)
            shown.Offer(image, label, 0);

        Assert.All(shown.Chosen(), chosen => Assert.True(sample.Includes(chosen.Image, chosen.Label), chosen.Image));
        Assert.InRange(planned.Count(image => sample.Includes(image.Image, image.Label)), 1, (SampleQuota.MostThumbnails * 3 / 2) + SampleQuota.MostLabels);
    }

    [Fact]
    public void The_order_of_the_images_does_not_matter()
    {
        var planned = Enumerable.Range(0, 3_000).Select(i => (Image: $"{i}.jpg", Label: $"class {i % 130}")).ToList();
        Assert.Equal(
            SampleOf(planned).HighestHashes,
            SampleOf([.. planned.AsEnumerable().Reverse()]).HighestHashes);
    }

    private static ThumbnailSample SampleOf(IReadOnlyList<(string Image, string Label)> planned)
    {
        var choice = new ThumbnailSample.Choice();
        foreach (var (image, label) in planned)
            choice.Offer(image, label);
        return choice.Chosen();
    }
}
