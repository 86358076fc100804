using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Job.Pipeline;

/// <summary>What all shards' extraction gave together.</summary>
internal sealed class RunTotals
{
    /// <summary>How many rejected images the report shows; the rest are in <see cref="RunLayout.Rejected"/>.</summary>
    private const int ExcerptLength = 200;

    private readonly SortedDictionary<string, long> _imagesPerLabel = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _rejectedPerLabel = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _reasons = new(StringComparer.Ordinal);
    private readonly List<RejectedImage> _excerpt = [];

    /// <summary>Images that gave features.</summary>
    public long Images { get; private set; }

    /// <summary>Images that did not.</summary>
    public long Rejected { get; private set; }

    /// <summary>Bytes of images read.</summary>
    public long Bytes { get; private set; }

    /// <summary>Of the images that gave features, how many of each label.</summary>
    public IReadOnlyDictionary<string, long> ImagesPerLabel => _imagesPerLabel;

    /// <summary>Of the images that did not, how many of each label.</summary>
    public IReadOnlyDictionary<string, long> RejectedPerLabel => _rejectedPerLabel;

    /// <summary>How often each reason was given.</summary>
    public IReadOnlyDictionary<string, long> Reasons => _reasons;

    /// <summary>The first rejected images, in manifest order.</summary>
    public IReadOnlyList<RejectedImage> Excerpt => _excerpt;

    /// <summary>Adds up all shards' summaries; <paramref name="rejected"/> is called for every rejected image in order.</summary>
    public static async Task<RunTotals> ReadAsync(
        IStore output,
        int shards,
        Action<RejectedImage> rejected,
        CancellationToken cancellation)
    {
        var totals = new RunTotals();
        var summaries = ReadAhead.InOrderAsync(
            shards, output.ReadsInFlight, (shard, token) => ReadAsync(output, shard, token), cancellation);
        await foreach (var summary in summaries.ConfigureAwait(false))
        {
            totals.Add(summary);
            foreach (var image in summary.Rejected)
                rejected(image);
        }

        return totals;
    }

    private static async Task<ShardSummary> ReadAsync(IStore output, int shard, CancellationToken cancellation)
    {
        using var bytes = await output.ReadAsync(RunLayout.ShardSummary(shard), etag: null, cancellation).ConfigureAwait(false);
        return ShardSummary.FromJson(bytes.Span);
    }

    private void Add(ShardSummary summary)
    {
        Images += summary.Images;
        Rejected += summary.Rejected.Count;
        Bytes += summary.Bytes;
        foreach (var (label, count) in summary.Labels)
            _imagesPerLabel[label] = _imagesPerLabel.GetValueOrDefault(label) + count;
        foreach (var image in summary.Rejected)
        {
            var label = ManifestEntry.LabelOf(image.Image);
            _rejectedPerLabel[label] = _rejectedPerLabel.GetValueOrDefault(label) + 1;
            _reasons[image.Reason] = _reasons.GetValueOrDefault(image.Reason) + 1;
            if (_excerpt.Count < ExcerptLength)
                _excerpt.Add(image);
        }
    }
}
