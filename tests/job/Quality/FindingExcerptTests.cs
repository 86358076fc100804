using Pomona.Contracts;
using Pomona.Job.Quality;

namespace Pomona.Job.Tests.Quality;

public sealed class FindingExcerptTests
{
    [Fact]
    public void Nothing_found_shows_nothing() => Assert.Empty(FindingExcerpt.Of([]));

    [Fact]
    public void Of_many_findings_the_most_sure_are_shown_and_all_are_counted()
    {
        var found = Enumerable.Range(0, 5_000).Select(static i => new Finding(FindingKind.Label, $"a/{i:D4}.jpg", "a", 1 - (i / 10_000.0), Suggested: "b"));

        var kind = Assert.Single(FindingExcerpt.Of([.. found]));

        Assert.Equal((5_000, FindingExcerpt.MostImages), (kind.Findings, kind.Shown.Count));
        Assert.Equal("a/0000.jpg", kind.Shown[0].Images[0].Image);
    }

    [Fact]
    public void Groups_are_shown_by_their_first_images_and_counted_by_what_they_lie_across()
    {
        var found = Enumerable.Range(0, 10).SelectMany(static group => Enumerable.Range(0, 9).Select(i => new Finding(
            FindingKind.NearDuplicate, $"a/{group}{i}.jpg", "a", 0.9 - (group / 100.0), $"a/{group}0.jpg",
            Across: group switch { 0 => Finding.Classes, 1 => Finding.ClassesAndSplit, _ => null }, IsSeries: group > 7 || group == 0 ? true : null)));

        var kind = Assert.Single(FindingExcerpt.Of([.. found]));

        Assert.Equal((90, 10, 2, 1, 2), (kind.Findings, kind.Groups, kind.AcrossClasses, kind.AcrossSplit, kind.Series));
        Assert.Equal([6, 6, 6, 6], kind.Shown.Select(static group => group.Images.Count));
        Assert.All(kind.Shown, static group => Assert.Equal(3, group.More));
    }
}
