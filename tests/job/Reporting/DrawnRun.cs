using System.Text;
using Pomona.Contracts;
using Pomona.Job.Evaluation;
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
            Excerpt = [.. names.Select(name => new RejectedImage(name, $"not an image: {name}"))],
            Reasons = names.ToDictionary(name => $"not an image: {name}", _ => 1L),
            RejectedPerLabel = new Dictionary<string, long> { [run.Totals.ImagesPerLabel.Keys.First()] = names.Count },
        },
    };

    /// <summary>The page, as text.</summary>
    public static string Page(this ReportContent run)
    {
        using var page = new MemoryStream();
        ReportPage.Write(run, page);
        return Encoding.UTF8.GetString(page.ToArray());
    }

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
