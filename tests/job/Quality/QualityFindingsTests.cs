using Pomona.Contracts;
using Pomona.Job.Quality;
using Pomona.Numerics.Neighbours;
using Pomona.Numerics.Randomness;

namespace Pomona.Job.Tests.Quality;

/// <summary>Each fault that is planted among faultless images is found, and nothing else.</summary>
public sealed class QualityFindingsTests
{
    private readonly ExaminedImages _images = MadeImages.Of(classes: 3, perClass: 30);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 40)]
    [InlineData(3, 30)]
    [InlineData(8, 6)]
    public void Faultless_images_have_no_finding(int classes, int perClass)
        => Assert.Empty(MadeImages.Of(classes, perClass).Look().Ordered);

    [Fact]
    public void Equal_files_are_a_group_named_after_its_first_that_says_what_it_lies_across()
    {
        _images.ContentHashes[5] = _images.ContentHashes[31] = _images.ContentHashes[2];
        _images.ContentHashes[70] = _images.ContentHashes[60];
        _images.ContentHashes[12] = _images.ContentHashes[11];
        _images.AreTests[60] = true;

        var found = _images.Look().Ordered;

        Assert.Equal(
            [
                ("class00/00002.jpg", "class00/00002.jpg", Finding.Classes), ("class00/00005.jpg", "class00/00002.jpg", Finding.Classes),
                ("class01/00031.jpg", "class00/00002.jpg", Finding.Classes), ("class02/00060.jpg", "class02/00060.jpg", Finding.Split),
                ("class02/00070.jpg", "class02/00060.jpg", Finding.Split), ("class00/00011.jpg", "class00/00011.jpg", null),
                ("class00/00012.jpg", "class00/00011.jpg", null),
            ],
            found.Select(static finding => (finding.Image, finding.Group!, finding.Across)));
        Assert.All(found, static finding => Assert.Equal((FindingKind.Duplicate, 1.0), (finding.Kind, finding.Score)));
    }

    [Fact]
    public void Pictures_encoded_again_are_near_duplicates_and_those_across_classes_come_first()
    {
        _images.Reencode(7, original: 3);
        _images.Reencode(40, original: 4, most: 2);

        var found = _images.Look().Ordered;

        Assert.Equal(["class00/00004.jpg", "class01/00040.jpg", "class00/00003.jpg", "class00/00007.jpg"], found.Select(static finding => finding.Image));
        Assert.Equal([Finding.Classes, Finding.Classes, null, null], found.Select(static finding => finding.Across));
        Assert.All(found, static finding => Assert.Equal((FindingKind.NearDuplicate, null), (finding.Kind, finding.IsSeries)));
    }

    [Fact]
    public void Of_equal_files_one_alone_is_a_near_duplicate_s_partner()
    {
        _images.Picture(3).CopyTo(_images.Picture(8));
        _images.ContentHashes[8] = _images.ContentHashes[3];
        _images.Reencode(9, original: 3);

        var near = _images.Look().Ordered.Where(static finding => finding.Kind == FindingKind.NearDuplicate);

        Assert.Equal(["class00/00003.jpg", "class00/00009.jpg"], near.Select(static finding => finding.Image));
    }

    [Fact]
    public void Frames_of_which_none_is_near_all_others_are_a_series_and_less_sure_than_any_copy()
    {
        for (var frame = 1; frame < 6; frame++)
            Brighten(frame, original: 0, by: frame);
        _images.Reencode(21, original: 20, most: 2);

        var found = _images.Look().Ordered;

        Assert.Equal(["class00/00020.jpg", "class00/00021.jpg"], found.Take(2).Select(static finding => finding.Image));
        Assert.Equal(Enumerable.Repeat<bool?>(true, 6), found.Skip(2).Select(static finding => finding.IsSeries));
        Assert.All(found.Skip(2), static finding => Assert.Equal("class00/00000.jpg", finding.Group));
    }

    [Fact]
    public void A_tiny_version_of_an_image_is_its_copy_though_it_has_lost_more_detail_than_one_of_its_own_size_may()
    {
        _images.Sizes[21] = (25, 25);
        _images.Reencode(21, original: 20, most: 9);
        _images.Reencode(23, original: 22, most: 9);
        _images.Sizes[25] = (25, 40);
        _images.Reencode(25, original: 24, most: 9);

        var near = _images.Look().Ordered.Where(static finding => finding.Kind == FindingKind.NearDuplicate);

        Assert.Equal(["class00/00020.jpg", "class00/00021.jpg"], near.Select(static finding => finding.Image));
    }

    [Theory]
    [InlineData(25, 25, 100, 100, true)]
    [InlineData(100, 100, 25, 25, true)]
    [InlineData(47, 47, 70, 70, false)]
    [InlineData(47, 47, 71, 71, true)]
    [InlineData(48, 48, 200, 200, false)]
    [InlineData(33, 25, 133, 100, true)]
    [InlineData(33, 25, 133, 110, false)]
    [InlineData(25, 25, 25, 25, false)]
    public void A_tiny_version_has_the_shape_of_what_it_was_made_of(int width, int height, int otherWidth, int otherHeight, bool isShrunk)
        => Assert.Equal(isShrunk, NearDuplicates.IsShrunk((width, height), (otherWidth, otherHeight)));

    [Fact]
    public void A_series_that_leaves_its_class_is_a_mistake()
    {
        for (var frame = 1; frame < 6; frame++)
            Brighten(28 + frame, original: 28, by: frame);

        var found = _images.Look().Ordered;

        Assert.All(found, static finding => Assert.Equal((Finding.Classes, true), (finding.Across, finding.IsSeries)));
        Assert.All(found, static finding => Assert.True(finding.Score >= 0.75));
    }

    [Fact]
    public void Photographs_whose_features_point_the_same_way_are_near_duplicates()
    {
        var features = Features(_images.Count);
        features[12] = [.. features[2].Select((value, k) => value + (0.2f * features[3][k]))];

        var found = _images.Look(Quantised(features)).Ordered;

        Assert.Equal(["class00/00002.jpg", "class00/00012.jpg"], found.Select(static finding => finding.Image));
        Assert.Empty(_images.Look(Quantised(Features(_images.Count))).Ordered);
    }

    [Fact]
    public void Photographs_that_are_all_alike_are_not_compared_by_their_features_and_the_notes_say_so()
    {
        var like = Features(_images.Count)[0];

        var found = _images.Look(Quantised([.. Enumerable.Repeat(like, _images.Count)]));

        Assert.Empty(found.Ordered);
        Assert.Contains("too alike", Assert.Single(found.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_that_lies_in_another_class_s_folder_has_a_doubtful_label_with_its_own_class_suggested()
    {
        _images.Place(65).CopyTo(_images.Place(4));
        _images.Place(4)[0] += 0.1f;

        var label = Assert.Single(_images.Look().Ordered, static finding => finding.Kind == FindingKind.Label);

        Assert.Equal(("class00/00004.jpg", "class00", "class02"), (label.Image, label.Label, label.Suggested));
        Assert.InRange(label.Score, 0.9, 1);
    }

    [Theory]
    [InlineData(1, 30, "there is only one class")]
    [InlineData(3, 4, "fewer than two classes have 5 images")]
    public void Labels_that_cannot_be_compared_are_passed_over_and_a_note_says_why(int classes, int perClass, string why)
        => Assert.Contains(why, Assert.Single(MadeImages.Of(classes, perClass).Look().Notes), StringComparison.Ordinal);

    [Fact]
    public void Without_components_only_the_pictures_are_looked_through()
    {
        var images = _images with { Components = [] };
        images.Picture(3).Clear();

        var found = images.Look();

        Assert.Contains(found.Ordered, static finding => finding.Kind == FindingKind.Dark);
        Assert.Contains("there are no components", Assert.Single(found.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_far_from_its_class_is_an_outlier()
    {
        for (var k = 0; k < MadeImages.Components; k++)
            _images.Place(4)[k] = k == 0 ? 30 : -20;

        // It widens the scale of every component, so that another may seem to lie far out; but none so far.
        var outliers = _images.Look().Ordered.Where(static finding => finding.Kind == FindingKind.Outlier).ToArray();
        Assert.Equal("class00/00004.jpg", outliers[0].Image);
        Assert.True(outliers[0].Score > 0.9);
        Assert.All(outliers.Skip(1), static finding => Assert.True(finding.Score < 0.6));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5f)]
    [InlineData(6)]
    public void An_image_far_less_sharp_than_its_class_or_without_structure_is_blurred(float sharpness)
    {
        _images.Sharpness[4] = sharpness;

        var blurred = Assert.Single(_images.Look().Ordered);

        Assert.Equal((FindingKind.Blurred, "class00/00004.jpg"), (blurred.Kind, blurred.Image));
        Assert.InRange(blurred.Score, 0.5, 1);
    }

    [Fact]
    public void A_soft_class_is_not_blurred()
    {
        for (var image = 0; image < 30; image++)
            _images.Sharpness[image] /= 20;

        Assert.Empty(_images.Look().Ordered);
    }

    [Theory]
    [InlineData(0, 80, FindingKind.Dark)]
    [InlineData(244, 255, FindingKind.Bright)]
    [InlineData(0, 90, null)]
    [InlineData(230, 255, null)]
    public void An_image_dark_in_its_brightest_parts_or_bright_in_its_darkest_is_found(int from, int to, string? kind)
    {
        var picture = _images.Picture(4);
        for (var i = 0; i < picture.Length; i++)
            picture[i] = (byte)(from + ((to - from) * (i / 3 % 10) / 9));

        Assert.Equal(kind, _images.Look().Ordered.SingleOrDefault()?.Kind);
    }

    [Theory]
    [InlineData(300, 100, true)]
    [InlineData(100, 280, false)]
    [InlineData(201, 201, true)]
    [InlineData(199, 199, false)]
    [InlineData(49, 49, true)]
    public void An_image_much_larger_or_smaller_than_the_others_or_very_long_has_an_odd_size(int width, int height, bool isOdd)
    {
        _images.Sizes[4] = (width, height);

        Assert.Equal(isOdd ? FindingKind.Size : null, _images.Look().Ordered.SingleOrDefault()?.Kind);
    }

    [Fact]
    public void The_order_of_findings_is_that_of_how_sure_they_are_and_groups_stand_together()
    {
        Plant(_images);

        var found = _images.Look().Ordered;

        Assert.Equal(8, found.Select(static finding => finding.Kind).Distinct().Count());
        Assert.Equal(found.Select(static finding => finding.Score).OrderDescending(), found.Select(static finding => finding.Score));
        var groups = found.Where(static finding => finding.Group is not null).Select(static finding => (finding.Kind, finding.Group)).ToArray();
        Assert.Equal(groups.Distinct().Count(), 1 + groups.Zip(groups.Skip(1)).Count(static pair => pair.First != pair.Second));
        Assert.All(found, static finding => Assert.InRange(finding.Score, 0.25, 1));
    }

    [Fact]
    public void Any_number_of_threads_finds_the_same()
    {
        Plant(_images);

        Assert.Equal(_images.Look(threads: 1).Ordered, _images.Look(threads: 5).Ordered);
    }

    /// <summary>A fault of each kind.</summary>
    internal static void Plant(ExaminedImages images)
    {
        images.ContentHashes[1] = images.ContentHashes[0];
        images.Picture(0).CopyTo(images.Picture(1));
        images.Reencode(3, original: 2);
        images.Reencode(40, original: 5);
        images.Place(65).CopyTo(images.Place(6));
        images.Place(7).Fill(-20);
        images.Sharpness[8] = 2;
        images.Picture(9).Fill(10);
        images.Picture(10).Fill(250);
        images.Sizes[11] = (1000, 100);
    }

    private void Brighten(int image, int original, int by)
    {
        var from = _images.Picture(original);
        var to = _images.Picture(image);
        for (var i = 0; i < to.Length; i++)
            to[i] = (byte)(from[i] + by);
    }

    private static float[][] Features(int count)
    {
        var random = new SplitMix64(11);
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, 200).Select(_ => random.Between(-1, 1)).ToArray())];
    }

    private static PhotographFeatures Quantised(float[][] features)
    {
        var width = features[0].Length;
        var rows = new sbyte[features.Length * width];
        for (var i = 0; i < features.Length; i++)
            CloseFeatures.Quantise(features[i], rows.AsSpan(i * width, width));
        return new PhotographFeatures([.. Enumerable.Range(0, features.Length)], rows, width);
    }
}
