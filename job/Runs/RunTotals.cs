using System.Globalization;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Job.Runs;

/// <summary>What all shards' extraction gave together.</summary>
/// <param name="Images">Images that gave features.</param>
/// <param name="Rejected">Images that did not.</param>
/// <param name="ImagesPerLabel">Of the images that gave features, how many of each label.</param>
/// <param name="RejectedPerLabel">Of the images that did not, how many of each label that has any.</param>
/// <param name="Reasons">How often each reason was given; of more than a thousand the later ones are <see cref="OtherReasons"/>.</param>
/// <param name="Excerpt">The first rejected images, in manifest order.</param>
/// <param name="TakenOver">How many of the images were taken over from an earlier run.</param>
/// <param name="Missed">Why what was unchanged could not always be taken over, as a clause: the first reason; null where it could.</param>
internal sealed record RunTotals(
    long Images,
    long Rejected,
    IReadOnlyDictionary<string, long> ImagesPerLabel,
    IReadOnlyDictionary<string, long> RejectedPerLabel,
    IReadOnlyDictionary<string, long> Reasons,
    IReadOnlyList<RejectedImage> Excerpt,
    long TakenOver = 0,
    string? Missed = null)
{
    /// <summary>Of the images that gave features, how many of each label are to be fitted to: all that are not for testing alone.</summary>
    public IReadOnlyDictionary<string, long> TrainingPerLabel { get; init; } = ImagesPerLabel;

    /// <summary>What stands for reasons that differ from image to image (sizes, texts), which memory is not spent on.</summary>
    public const string OtherReasons = "other reasons";

    private const int MostReasons = 1_000;

    /// <summary>How many rejected images the report shows; the rest are in <see cref="RunLayout.Rejected"/>.</summary>
    internal const int ExcerptLength = 200;

    /// <summary>Adds up all shards' summaries; <paramref name="rejected"/> is called for every rejected image in order.</summary>
    /// <exception cref="PomonaException">They are not as many as were planned.</exception>
    public static async Task<RunTotals> ReadAsync(
        Ledger ledger,
        IStore output,
        RunPlan plan,
        Action<RejectedImage> rejected,
        CancellationToken cancellation)
    {
        long images = 0, rejects = 0, takenOver = 0;
        string? missed = null;
        var imagesPerLabel = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var trainingPerLabel = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var rejectedPerLabel = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var reasons = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var excerpt = new List<RejectedImage>();
        var summaries = ReadAhead.InOrderAsync(
            plan.Shards, output.ReadsInFlight, (shard, token) => ledger.GetAsync(RunLayout.Features(shard), token), cancellation);
        var shard = 0;
        await foreach (var line in summaries.ConfigureAwait(false))
        {
            if (line.Summary is not { } summary || summary.Images + summary.Rejected.Count != plan.ImagesOf(shard))
            {
                throw new PomonaException(ExitCode.Conflict, string.Create(
                    CultureInfo.InvariantCulture,
                    $"{RunLayout.PageOf(line.Key)} in {output.Address} does not tell of the {plan.ImagesOf(shard)} images that were planned: "
                    + $"start over with --restart."));
            }

            shard++;
            images += summary.Images;
            rejects += summary.Rejected.Count;
            takenOver += summary.TakenOver;
            missed ??= summary.Missed;
            foreach (var (label, count) in summary.Labels)
            {
                Count(imagesPerLabel, label, count);
                if (count - (summary.TestLabels?.GetValueOrDefault(label) ?? 0) is > 0 and var trained)
                    Count(trainingPerLabel, label, trained);
            }

            foreach (var image in summary.Rejected)
            {
                Count(rejectedPerLabel, plan.LabelOf(image.Image), 1);
                Count(reasons, reasons.Count < MostReasons || reasons.ContainsKey(image.Reason) ? image.Reason : OtherReasons, 1);
                if (excerpt.Count < ExcerptLength)
                    excerpt.Add(image);
                rejected(image);
            }
        }

        return new RunTotals(images, rejects, imagesPerLabel, rejectedPerLabel, reasons, excerpt, takenOver, missed) { TrainingPerLabel = trainingPerLabel };
    }

    private static void Count(SortedDictionary<string, long> counts, string name, long more)
        => counts[name] = counts.GetValueOrDefault(name) + more;
}
