using System.Collections.Concurrent;
using System.Globalization;
using Pomona.Contracts;
using Pomona.Job.Evaluation;
using Pomona.Job.Memory;
using Pomona.Job.Parquet;
using Pomona.Job.Quality;
using Pomona.Job.Reporting;
using Pomona.Job.Runs;

namespace Pomona.Job.Pipeline;

/// <summary>Looks a run's images through for what may be wrong, and writes it.</summary>
internal sealed class QualityStage(RunSettings settings, RunParts parts, Ledger ledger)
{
    /// <summary>The most lines that are written; what is beyond is less sure than all of them, or one more equal file.</summary>
    public const int MostLines = 1_000_000;

    /// <summary>Writes the findings; what of them the page shows.</summary>
    public async Task<ReportQuality> RunAsync(RunPlan plan, RunTotals totals, int components, CancellationToken cancellation)
    {
        var reading = new QualityReading(parts, plan, totals, components, settings.Model.FeatureWidth);
        var (images, copies) = await reading.ImagesAsync(cancellation).ConfigureAwait(false);
        var (photographs, note) = await reading.PhotographsAsync(images, cancellation).ConfigureAwait(false);
        Garbage.Collect();
        var found = QualityFindings.Of(images, copies, photographs, SampleQuota.Seed, settings.Threads, cancellation);
        using (var lines = new CollectedLines<Finding>("images that may be wrong", ContractJson.Readable.Finding))
        {
            foreach (var finding in found.Ordered.Take(MostLines))
                lines.Add(finding);
            await ledger.WriteAsync(RunLayout.Quality, lines.Content, cancellation).ConfigureAwait(false);
        }

        var kinds = FindingExcerpt.Of(found.Ordered);
        string[] unlisted = found.Ordered.Count <= MostLines ? [] :
            [string.Create(CultureInfo.InvariantCulture, $"{RunLayout.Quality} lists the {MostLines:N0} most sure of {found.Ordered.Count:N0} findings.")];
        return new ReportQuality(
            kinds,
            await PicturesAsync(reading, kinds, cancellation).ConfigureAwait(false),
            images.Count,
            [.. note is null ? Array.Empty<string>() : [note], .. found.Notes, .. unlisted]);
    }

    /// <summary>The thumbnails that extraction made, and of images without one the small pictures.</summary>
    private async Task<IReadOnlyDictionary<string, ReportPicture>> PicturesAsync(
        QualityReading reading, IReadOnlyList<FindingExcerpt> kinds, CancellationToken cancellation)
    {
        var pictures = new ConcurrentDictionary<string, ReportPicture>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(
            kinds.SelectMany(static kind => kind.Shown).SelectMany(static group => group.Images).Select(static finding => finding.Image)
                .Distinct(StringComparer.Ordinal).GroupBy(reading.ShardOf),
            new ParallelOptions { MaxDegreeOfParallelism = settings.Threads, CancellationToken = cancellation },
            async (ofShard, token) =>
            {
                var wanted = ofShard.ToHashSet(StringComparer.Ordinal);
                using var cues = await parts.ReadAsync(RunLayout.Cues(ofShard.Key), token).ConfigureAwait(false);
                foreach (var image in CuesPart.Read(cues.Memory).Where(image => wanted.Contains(image.Image)))
                    pictures[image.Image] = new ReportPicture(image.Thumbnail ?? image.Picture, image.Thumbnail is not null, image.Width, image.Height);
            }).ConfigureAwait(false);
        return pictures;
    }
}
