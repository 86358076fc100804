using System.Net;
using System.Text.RegularExpressions;
using Pomona.Contracts;
using Pomona.Job.Evaluation;
using Pomona.Job.Reporting;
using Pomona.Job.Runs;

namespace Pomona.Job.Tests.Reporting;

public sealed partial class ReportPageTests
{
    [Fact]
    public void The_headline_says_what_happened_in_one_sentence()
        => Assert.Equal(
            "60 images of 3 classes became 4 numbers each, which keep 62.5 % of what varies between them; 2 could not be read.",
            Headline(DrawnRun.Of(classes: 3, perClass: 20, components: 4).WithRejected(["a.jpg", "b.jpg"])));

    [Theory]
    [InlineData(1, 1, 0, "1 image of 1 class became 1,280 numbers.")]
    [InlineData(1, 9, 2, "9 images of 1 class became 2 numbers each, which keep 45.0 % of what varies between them.")]
    [InlineData(2, 9, 1, "18 images of 2 classes became 1 number each, which keeps 30.0 % of what varies between them.")]
    public void Small_runs_have_their_own_words(int classes, int perClass, int components, string headline)
        => Assert.Equal(headline, Headline(DrawnRun.Of(classes, perClass, components)));

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(1, 30, 50)]
    [InlineData(2, 30, 1)]
    [InlineData(10, 30, 2)]
    [InlineData(10, 5, 200)]
    [InlineData(100, 5, 3)]
    public void Runs_of_every_shape_make_a_page_without_holes(int classes, int perClass, int components)
    {
        var page = Text(DrawnRun.Of(classes, perClass, components).Page());

        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
        Assert.DoesNotContain("∞", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Infinity", page, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Pomona.Job", page, StringComparison.Ordinal);
    }

    [Fact]
    public void No_name_can_leave_its_place_in_the_page()
    {
        var harmless = DrawnRun.Of(classes: 10, perClass: 6, components: 3).WithRejected(["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]);
        var hostile = harmless with
        {
            Name = new RunName(DrawnRun.HostileNames[0], DrawnRun.HostileNames[1]),
            Settings = [(DrawnRun.HostileNames[2], DrawnRun.HostileNames[3])],
            Model = [(DrawnRun.HostileNames[4], DrawnRun.HostileNames[5])],
            Timings = [new StageTiming(DrawnRun.HostileNames[0], 1, DrawnRun.HostileNames[1]), new StageTiming("fit", 1, "")],
            Totals = harmless.WithRejected(DrawnRun.HostileNames).Totals with
            {
                ImagesPerLabel = DrawnRun.HostileNames.ToDictionary(name => name, _ => 6L),
                RejectedPerLabel = new Dictionary<string, long> { [DrawnRun.HostileNames[0]] = 1 },
            },
            Sample = harmless.Sample with
            {
                Images = [.. harmless.Sample.Images.Select((image, i) => image with
                {
                    Image = DrawnRun.HostileNames[i / 6] + i,
                    Label = DrawnRun.HostileNames[i / 6],
                })],
                Separation = harmless.Sample.Separation! with { Classes = DrawnRun.HostileNames },
            },
        };

        var page = hostile.Page();

        // The same elements as the page of harmless names, in number and kind: nothing has become markup.
        Assert.Equal(Tags(harmless.Page()), Tags(page));
        Assert.DoesNotContain("onerror=alert(1)>", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(DirectionOverrides(), page);
        // And each name is there, as text.
        var text = WebUtility.HtmlDecode(page);
        Assert.All(DrawnRun.HostileNames, name => Assert.Contains(Printable.Excerpt(name, 260), text, StringComparison.Ordinal));
    }

    [Fact]
    public void A_million_images_of_a_thousand_classes_stay_within_four_megabytes_and_say_what_is_shown()
    {
        var counts = Enumerable.Range(0, 1_000).ToDictionary(i => $"species_{i:D4}", _ => 1_000L);
        var sampled = DrawnRun.Of(classes: SampleQuota.MostLabels, perClass: SampleQuota.MostImages / SampleQuota.MostLabels, components: 50);
        var rejecting = sampled.WithRejected([.. Enumerable.Range(0, 5_000).Select(i => $"species_{i % 1000:D4}/{i}{new string('y', 200)}.jpg")]);
        var run = rejecting with
        {
            Totals = rejecting.Totals with { ImagesPerLabel = counts, Images = 1_000_000 },
            Sample = sampled.Sample with
            {
                IsEverything = false,
                Images = [.. sampled.Sample.Images.Select((image, i) => i % 2 == 0 ? image : image with { ThumbnailJpeg = null })],
            },
        };

        var page = run.Page();

        Assert.InRange(page.Length, 100_000, 4_000_000);
        var text = Text(page);
        Assert.Contains("The map shows 2,000 of 1,000,000 images", text, StringComparison.Ordinal);
        Assert.Contains("(seed 1)", text, StringComparison.Ordinal);
        Assert.Contains("100 of 1,000 classes, chosen at random", text, StringComparison.Ordinal);
        Assert.Contains("1,000 of its images carry their picture", text, StringComparison.Ordinal);
        Assert.Contains("200 of them", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_asks_for_nothing_from_outside()
    {
        var page = DrawnRun.Of(classes: 3, perClass: 10, components: 2).Page();

        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(ExternalReference(), page);
    }

    [Fact]
    public void The_security_policy_names_the_hashes_of_exactly_the_style_and_the_script_that_are_there()
    {
        var page = DrawnRun.Of(classes: 3, perClass: 10, components: 2).Page();

        var style = Inline(page, "<style>", "</style>");
        var script = Inline(page, "<script>", "</script>");
        var policy = WebUtility.HtmlDecode(Inline(page, "Content-Security-Policy\"", ">"));
        Assert.Contains($"style-src '{ReportFiles.PolicyHash(style)}'", policy, StringComparison.Ordinal);
        Assert.Contains($"script-src '{ReportFiles.PolicyHash(script)}'", policy, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_content_gives_equal_bytes()
        => Assert.Equal(
            DrawnRun.Of(classes: 3, perClass: 10, components: 2).Page(), DrawnRun.Of(classes: 3, perClass: 10, components: 2).Page());

    [Fact]
    public void Classes_that_could_not_be_measured_have_the_reason_on_the_page()
    {
        var page = Text(DrawnRun.Of(classes: 1, perClass: 10, components: 2).Page());

        Assert.Contains("Not measured. There is only one class", page, StringComparison.Ordinal);
    }

    private static string Headline(ReportContent run) => Text(Inline(run.Page(), "<h1>", "</h1>"));

    private static string Inline(string page, string from, string to)
    {
        var start = page.IndexOf(from, StringComparison.Ordinal) + from.Length;
        return page[start..page.IndexOf(to, start, StringComparison.Ordinal)];
    }

    // What a reader sees: without script, style and data, with ordinary spaces.
    private static string Text(string page)
        => WebUtility.HtmlDecode(Tag().Replace(Unseen().Replace(page, ""), "")).Replace('\u00A0', ' ');

    private static string[] Tags(string page) => [.. Tag().Matches(page).Select(tag => tag.Value.Split(' ', '>')[0])];

    [GeneratedRegex("<(script|style)[^>]*>.*?</\\1>", RegexOptions.Singleline)]
    private static partial Regex Unseen();

    [GeneratedRegex("</?[a-zA-Z!][^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex("[\u202A-\u202E\u2066-\u2069]")]
    private static partial Regex DirectionOverrides();

    [GeneratedRegex("(src|href)=\"(?!#|data:)|url\\(|@import|https?://(?!www\\.w3\\.org/2000/svg)")]
    private static partial Regex ExternalReference();
}
