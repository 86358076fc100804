using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Job.Runs;

/// <summary>What all shards' extraction gave together.</summary>
/// <param name="Images">Images that gave features.</param>
/// <param name="Rejected">Images that did not.</param>
/// <param name="ImagesPerLabel">Of the images that gave features, how many of each label.</param>
/// <param name="RejectedPerLabel">Of the images that did not, how many of each label that has any.</param>
/// <param name="Reasons">How often each reason was given.</param>
/// <param name="Excerpt">The first rejected images, in manifest order.</param>
internal sealed record RunTotals(
    long Images,
    long Rejected,
    IReadOnlyDictionary<string, long> ImagesPerLabel,
    IReadOnlyDictionary<string, long> RejectedPerLabel,
    IReadOnlyDictionary<string, long> Reasons,
    IReadOnlyList<RejectedImage> Excerpt)
{
    /// <summary>How many rejected images the report shows; the rest are in <see cref="RunLayout.Rejected"/>.</summary>
    private const int ExcerptLength = 200;

    /// <summary>Adds up all shards' summaries; <paramref name="rejected"/> is called for every rejected image in order.</summary>
    public static async Task<RunTotals> ReadAsync(
        IStore output,
        int shards,
        Action<RejectedImage> rejected,
        CancellationToken cancellation)
    {
        long images = 0, rejects = 0;
        var imagesPerLabel = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var rejectedPerLabel = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var reasons = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var excerpt = new List<RejectedImage>();
        var summaries = ReadAhead.InOrderAsync(
            shards, output.ReadsInFlight, (shard, token) => ReadAsync(output, shard, token), cancellation);
        await foreach (var summary in summaries.ConfigureAwait(false))
        {
            images += summary.Images;
            rejects += summary.Rejected.Count;
            foreach (var (label, count) in summary.Labels)
                Count(imagesPerLabel, label, count);
            foreach (var image in summary.Rejected)
            {
                Count(rejectedPerLabel, ManifestEntry.LabelOf(image.Image), 1);
                Count(reasons, image.Reason, 1);
                if (excerpt.Count < ExcerptLength)
                    excerpt.Add(image);
                rejected(image);
            }
        }

        return new RunTotals(images, rejects, imagesPerLabel, rejectedPerLabel, reasons, excerpt);
    }

    private static async Task<ShardSummary> ReadAsync(IStore output, int shard, CancellationToken cancellation)
    {
        using var bytes = await output.ReadAsync(RunLayout.ShardSummary(shard), etag: null, cancellation).ConfigureAwait(false);
        return ShardSummary.FromJson(bytes.Span);
    }

    private static void Count(SortedDictionary<string, long> counts, string name, long more)
        => counts[name] = counts.GetValueOrDefault(name) + more;
}
