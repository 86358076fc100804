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
        var harmless = DrawnRun.Of(classes: 10, perClass: 6, components: 3).WithFindings(ofEachKind: 10).WithRejected(["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]);
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
            Quality = harmless.Quality with
            {
                Kinds = [.. harmless.Quality.Kinds.Select(kind => kind with
                {
                    Shown = [.. kind.Shown.Select(group => group with { Images = [.. group.Images.Select((finding, i) => Hostile(finding, DrawnRun.HostileNames[i]))] })],
                })],
                Pictures = harmless.Quality.Kinds.SelectMany(kind => kind.Shown).SelectMany(group => group.Images.Select((finding, i) => (finding, Hostile(finding, DrawnRun.HostileNames[i]).Image)))
                    .Where(pair => harmless.Quality.Pictures.ContainsKey(pair.finding.Image)).DistinctBy(pair => pair.Image)
                    .ToDictionary(pair => pair.Image, pair => harmless.Quality.Pictures[pair.finding.Image], StringComparer.Ordinal),
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

        static Finding Hostile(Finding finding, string name) => finding with { Image = finding.Image + name, Label = name, Suggested = finding.Suggested is null ? null : name };

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
    public void Without_findings_the_page_says_so_in_a_line_and_with_thousands_it_shows_the_most_sure_of_each_kind()
    {
        var run = DrawnRun.Of(classes: 10, perClass: 60, components: 3);

        Assert.Contains("Nothing was found: no copies", Text(run.Page()), StringComparison.Ordinal);
        var page = run.WithFindings(ofEachKind: 5_000).Page();
        Assert.InRange(page.Length, run.Page().Length + 100_000, run.Page().Length + 1_500_000);
        Assert.Equal(8, FindingKind.All.Count(kind => Text(page).Contains($"grep '\"finding\":\"{kind}\"' quality.jsonl", StringComparison.Ordinal)));
        Assert.Equal(8, Text(page).Split("The 24 most sure of 5,000.").Length - 1);
        Assert.Contains("5,000 images look more like another class than like their own", Text(page), StringComparison.Ordinal);
        Assert.Contains("1 image looks more like another class than like its own", Text(run.WithFindings(ofEachKind: 1).Page()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_sample_that_stands_for_the_run_and_what_was_not_looked_through_are_on_the_page()
    {
        var run = DrawnRun.Of(classes: 3, perClass: 10, components: 2);

        var page = Text((run with { Quality = run.Quality with { Examined = 20, Notes = ["Labels were not looked through."] } }).Page());

        Assert.Contains("A seeded sample of 20 of 30 images was looked through; equal files were looked for among all. Labels were not looked through.", page, StringComparison.Ordinal);
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
