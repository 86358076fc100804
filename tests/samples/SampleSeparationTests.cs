using Pomona.Job.Evaluation;
using Pomona.Numerics.Randomness;
using Pomona.Vision.Imaging;

namespace Pomona.Samples.Tests;

public sealed class SampleSeparationTests
{
    [Fact]
    public void Classes_can_be_told_apart_by_what_they_look_like_but_not_by_their_mean_colour_alone()
    {
        using var canvas = new RgbImage();
        canvas.Reset(48, 48);
        var images = new List<ReportSample>();
        foreach (var drawnClass in SampleClass.All)
        {
            for (var i = 0; i < 30; i++)
            {
                var random = SplitMix64.For(1, $"{drawnClass.Name}/{i}");
                new Photograph(drawnClass.Grow(random), random).Expose(canvas);
                images.Add(new ReportSample($"{drawnClass.Name}/{i}", drawnClass.Name, Tiles(canvas, 8), Tiles(canvas, 1), null));
            }
        }

        var report = Separation.Measure(images, threads: 2, CancellationToken.None);

        var byColour = report.Scores.Where(score => score.Input == "3 components").Max(score => score.Accuracy);
        var byLook = report.Scores.Where(score => score.Input == "192 features").Max(score => score.Accuracy);
        Assert.InRange(byColour, 0.3, 0.85);
        Assert.InRange(byLook, byColour + 0.05, 0.999);
    }

    // The mean colour of each of tiles × tiles parts of the image.
    private static float[] Tiles(RgbImage image, int tiles)
    {
        var sums = new float[tiles * tiles * 3];
        for (var y = 0; y < image.Height; y++)
        {
            var row = image.Row(y);
            for (var x = 0; x < image.Width; x++)
            {
                var tile = ((y * tiles / image.Height) * tiles) + (x * tiles / image.Width);
                for (var channel = 0; channel < 3; channel++)
                    sums[(tile * 3) + channel] += row[(3 * x) + channel];
            }
        }

        return Array.ConvertAll(sums, sum => sum * tiles * tiles / (image.Width * image.Height));
    }
}
