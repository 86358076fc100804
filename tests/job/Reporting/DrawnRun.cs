using System.Text;
using Pomona.Contracts;
using Pomona.Job.Evaluation;
using Pomona.Job.Quality;
using Pomona.Job.Reporting;
using Pomona.Job.Runs;
using Pomona.Numerics.Randomness;
using Pomona.Samples;
using Pomona.Vision.Imaging;

namespace Pomona.Job.Tests.Reporting;

/// <summary>Made-up runs of every size, with drawn fruit for pictures.</summary>
internal static class DrawnRun
{
    /// <summary>Names that try to leave their place in the page.</summary>
    public static IReadOnlyList<string> HostileNames { get; } =
    [
        "<script>alert(1)</script>.jpg",
        "</script><img src=x onerror=alert(1)>.jpg",
        "\"onmouseover=\"alert(1).jpg",
        "' onfocus='alert(1).jpg",
        "two\nlines\r\tand a tab.jpg",
        "right\u202Eto left\u2066.jpg",
        "{{Style}}{{{Script}}}.jpg",
        "&lt;b&gt;&#x3c;.jpg",
        "<!--.jpg",
        new string('x', 250) + ".jpg",
    ];

    /// <summary>A run whose classes are clouds.</summary>
    /// <param name="classes">How many classes there are in the run.</param>
    /// <param name="perClass">How many images each has in the sample.</param>
    /// <param name="components">How many components there are.</param>
    public static ReportContent Of(int classes, int perClass, int components)
    {
        var random = new SplitMix64(29);
        var names = Enumerable.Range(0, classes).Select(NameOf).ToArray();
        var pictures = Enumerable.Range(0, 10).Select(Picture).ToArray();
        var sample = new List<ReportSample>();
        for (var c = 0; c < classes; c++)
        {
            var middle = Enumerable.Range(0, components).Select(_ => random.Between(-9, 9)).ToArray();
            for (var i = 0; i < perClass; i++)
            {
                sample.Add(new ReportSample(
                    $"{names[c]}/{i}.jpg",
                    names[c],
                    [.. Enumerable.Range(0, 16).Select(j => random.Between(-1, 1) + (j == c % 16 ? 3 : 0))],
                    Array.ConvertAll(middle, at => at + random.Between(-3, 3)),
                    pictures[c % 10]));
            }
        }

        var ratios = Enumerable.Range(0, components).Select(k => 0.3 / (1 + k)).ToArray();
        return new ReportContent(
            new RunName("fruits", "20261121T130455Z-3f9a2c1b"),
            new DateTimeOffset(2026, 11, 21, 13, 4, 55, TimeSpan.Zero),
            new RunTotals(
                sample.Count,
                0,
                names.ToDictionary(name => name, _ => (long)perClass),
                new Dictionary<string, long>(),
                new Dictionary<string, long>(),
                []),
            PassedOver.None,
            Doubts: null,
            ratios,
            Basis: null,
            1280,
            EvaluatedSample.Of(sample, sample, seed: 1, sample.Count, threads: 2, CancellationToken.None),
            Classifier(sample, components),
            NothingFound(sample.Count),
            [new StageTiming("extract", 9.4, "106 images per second"), new StageTiming("fit", 0.3, "")],
            [("components", "50")],
            [("name", "mobilenet_v2_1.0_224")]);
    }

    /// <summary>The run with rejected images of these names.</summary>
    public static ReportContent WithRejected(this ReportContent run, IReadOnlyList<string> names) => run with
    {
        Totals = run.Totals with
        {
            Rejected = names.Count,
            Excerpt = [.. names.Take(RunTotals.ExcerptLength).Select(name => new RejectedImage(name, $"not an image: {name}"))],
            Reasons = names.ToDictionary(name => $"not an image: {name}", _ => 1L),
            RejectedPerLabel = new Dictionary<string, long> { [run.Totals.ImagesPerLabel.Keys.First()] = names.Count },
        },
    };

    /// <summary>The run with so many findings of every kind, spread over its images.</summary>
    public static ReportContent WithFindings(this ReportContent run, int ofEachKind)
    {
        var images = run.Sample.Images;
        var found = new List<Finding>();
        foreach (var kind in FindingKind.All)
        {
            for (var i = 0; i < ofEachKind; i++)
            {
                var (image, place) = (images[i % images.Count], i / 5);
                var isGrouped = kind is FindingKind.Duplicate or FindingKind.NearDuplicate;
                found.Add(new Finding(
                    kind,
                    image.Image,
                    image.Label,
                    Math.Round(1 - (0.5 * place / (1 + (ofEachKind / 5))), 3),
                    isGrouped ? images[place % images.Count].Image : null,
                    kind == FindingKind.Label ? images[^1].Label : null,
                    (isGrouped, place) switch { (true, 0) => Finding.ClassesAndSplit, (true, 1) => Finding.Classes, (true, 2) => Finding.Split, _ => null },
                    isGrouped && place % 2 == 1 ? true : null));
            }
        }

        found.Sort(FindingOrder.Instance);
        var kinds = FindingExcerpt.Of(found);
        var shown = kinds.SelectMany(kind => kind.Shown).SelectMany(group => group.Images).Select(finding => finding.Image).Distinct(StringComparer.Ordinal);
        var pictures = images.DistinctBy(image => image.Image).ToDictionary(image => image.Image, image => image.ThumbnailJpeg!, StringComparer.Ordinal);
        return run with
        {
            Quality = new ReportQuality(
                kinds,
                shown.Select((image, i) => (image, i)).Where(pair => pair.i % 7 != 6).ToDictionary(
                    pair => pair.image,
                    pair => pair.i % 2 == 0
                        ? new ReportPicture(pictures[pair.image], IsThumbnail: true, 100, 100)
                        : new ReportPicture([.. Enumerable.Range(0, ImageCues.PictureBytes).Select(k => (byte)(k * (1 + pair.i)))], IsThumbnail: false, 400, 100 + (300 * (pair.i % 3))),
                    StringComparer.Ordinal),
                run.Totals.Images,
                []),
        };
    }

    public static string Page(this ReportContent run)
    {
        using var page = new MemoryStream();
        ReportPage.Write(run, page);
        return Encoding.UTF8.GetString(page.ToArray());
    }

    private static ReportQuality NothingFound(int images) => new([], new Dictionary<string, ReportPicture>(), images, []);

    private static PublishedClassifier Classifier(List<ReportSample> sample, int components)
    {
        var perLabel = sample.GroupBy(image => image.Label).ToDictionary(label => label.Key, label => label.LongCount());
        return RunClassifier.ReasonToSkip(perLabel, components) is { } reason
            ? new PublishedClassifier(null, reason, sample.Count, null)
            : new PublishedClassifier(
                RunClassifier.Fit(
                    [.. sample.Select((image, rank) => new SampledImage<float[]>(image.Image, image.Label, rank, image.Components))], 2, CancellationToken.None),
                null,
                sample.Count,
                null);
    }

    private static string NameOf(int index)
        => index < 10 ? SampleClass.All[index].Name : $"species_{index:D4}";

    private static byte[] Picture(int index)
    {
        using var canvas = new RgbImage();
        canvas.Reset(48, 48);
        return new SampleImage(SampleClass.All[index], 1).Draw(seed: 1, canvas);
    }
}
