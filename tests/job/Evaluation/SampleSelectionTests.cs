using Pomona.Job.Evaluation;
using Pomona.Numerics.Randomness;

namespace Pomona.Job.Tests.Evaluation;

public sealed class SampleSelectionTests
{
    private static readonly (string Image, string Label)[] Images =
        [.. Enumerable.Range(0, 3_000).Select(i => ($"{i % 3}/image {i}.jpg", (i % 3).ToString()))];

    private static readonly Dictionary<string, int> Quotas = new() { ["0"] = 40, ["1"] = 10, ["2"] = 2_000 };

    [Fact]
    public void The_choice_does_not_depend_on_the_order_of_the_images()
    {
        var expected = Choose(seed: 1, Images);
        var shuffled = Images.ToArray();

        for (var round = 0; round < 10; round++)
        {
            new SplitMix64((ulong)round).Shuffle(shuffled.AsSpan());
            Assert.Equal(expected, Choose(seed: 1, shuffled));
        }
    }

    [Fact]
    public void Every_class_gets_its_quota_or_all_it_has()
        => Assert.Equal(
            [("0", 40), ("1", 10), ("2", 1_000)],
            Choose(seed: 1, Images).GroupBy(image => image.Label).Select(label => (label.Key, label.Count())));

    [Fact]
    public void A_smaller_quota_takes_the_first_ranks_of_a_larger_one()
    {
        var few = new SampleSelection<int>(1, new Dictionary<string, int> { ["0"] = 7 });
        foreach (var (image, label) in Images)
            few.Offer(image, label, 0);

        Assert.Equal(
            Choose(seed: 1, Images).Where(image => image.Label == "0" && image.Rank < 7).Select(image => image.Image),
            few.Chosen().Select(image => image.Image));
    }

    [Fact]
    public void Another_seed_chooses_others_and_every_image_has_its_chance()
    {
        var chosen = Enumerable.Range(0, 400)
            .SelectMany(seed => Choose(seed, Images.Where(image => image.Label == "1")))
            .GroupBy(image => image.Image)
            .ToDictionary(image => image.Key, image => image.Count());

        // 400 draws of 10 from 1,000: each image is expected 4 times; missing from all has a chance of e^-4.
        Assert.InRange(chosen.Count, 950, 1_000);
        Assert.InRange(chosen.Values.Max(), 4, 20);
    }

    private static IReadOnlyList<SampledImage<int>> Choose(int seed, IEnumerable<(string Image, string Label)> images)
    {
        var selection = new SampleSelection<int>(seed, Quotas);
        foreach (var (image, label) in images)
            selection.Offer(image, label, image.Length);
        return selection.Chosen();
    }
}
