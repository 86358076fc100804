using System.Buffers;
using Pomona.Contracts;
using Pomona.Job.Evaluation;
using Pomona.Job.Memory;
using Pomona.Job.Parquet;
using Pomona.Job.Runs;
using Pomona.Storage;

namespace Pomona.Job.Pipeline;

/// <summary>
/// Shard: images → features. Keeps many reads in flight (an S3 get waits 20–50 ms, an image costs 7 ms), computes on the
/// process's pool, and writes two Parquet parts in manifest order: what was seen of the images, and then their features, with
/// the shard's summary on their page of the ledger. What an earlier run has of an image that is as it was is taken over.
/// </summary>
/// <param name="settings">The run's.</param>
/// <param name="plan">The run's.</param>
/// <param name="thumbnails">Which images get one.</param>
/// <param name="input">Where images are read.</param>
/// <param name="output">The run's folder.</param>
/// <param name="time">The clock.</param>
internal sealed class ExtractStage(
    RunSettings settings, RunPlan plan, ThumbnailSample thumbnails, RunInput input, IStore output, TimeProvider time)
{
    private readonly Ledger _ledger = new(output, settings.Run);

    private readonly int _width = settings.Model.FeatureWidth;

    /// <summary>The process's threads, made when first needed.</summary>
    public required Func<ExtractionPool> Pool { get; init; }

    /// <summary>The run that is taken over from; null where none is.</summary>
    public required Func<CancellationToken, Task<EarlierParts?>> Earlier { get; init; }

    /// <summary>Whether the driver is another process, which sees of this one only what is in the store.</summary>
    public bool IsSeenInStore { get; init; }

    /// <summary>Extracts a shard unless it is there already.</summary>
    public async Task RunAsync(int shard, IStageProgress progress, CancellationToken cancellation)
    {
        if (await _ledger.FindAsync(RunLayout.Features(shard), cancellation).ConfigureAwait(false) is not null
            && await _ledger.FindAsync(RunLayout.Cues(shard), cancellation).ConfigureAwait(false) is not null)
        {
            progress.ImagesDone(plan.ImagesOf(shard));
            return;
        }

        var entries = await ManifestFile.ReadAsync(output, plan, shard, cancellation).ConfigureAwait(false);
        var notes = new SlowImages(output, settings.Run, RunLayout.Slow(shard));
        var slow = await notes.ReadAsync(cancellation).ConfigureAwait(false);
        var started = time.GetTimestamp();
        await using var told = IsSeenInStore ? new ShardProgress(output, settings.Run, shard, time) : null;
        var features = ArrayPool<float>.Shared.Rent(entries.Count * _width);
        var images = new ExtractedImage[entries.Count];
        var takenOver = 0;
        long bytes = 0;
        ExtractionPool? inference = null;
        try
        {
            var (known, isSure, missed) = await KnownAsync(entries, features.AsMemory(0, entries.Count * _width), cancellation).ConfigureAwait(false);
            // Here, so that a model that does not load is not taken for an image's failure; where all is known, none is needed.
            if (!isSure || known.Contains(null))
                inference = Pool();
            var extraction = inference is null ? null : new ImageExtraction(input, inference, thumbnails, settings.MaxMegapixels);
            await Parallel.ForEachAsync(
                Enumerable.Range(0, entries.Count),
                new ParallelOptions { MaxDegreeOfParallelism = input.ReadsInFlight, CancellationToken = cancellation },
                async (row, token) =>
                {
                    var entry = entries[row];
                    if (slow.TryGetValue(entry.Key, out var reason))
                    {
                        images[row] = new ExtractedImage(reason, Record: null);
                        progress.ImagesDone(1);
                        return;
                    }

                    if (isSure && known[row] is { } sure)
                    {
                        images[row] = new ExtractedImage(Reason: null, sure);
                    }
                    else
                    {
                        images[row] = await extraction!.ExtractAsync(
                            entry, plan.LabelOf(entry.Key), known[row], notes, features.AsMemory(row * _width, _width), token).ConfigureAwait(false);
                        Interlocked.Add(ref bytes, entry.Size);
                    }

                    if (known[row] is { } same && ReferenceEquals(images[row].Record, same))
                        Interlocked.Increment(ref takenOver);
                    progress.ImagesDone(1);
                    told?.ImageDone();
                }).ConfigureAwait(false);

            using var part = new MemoryStream();
            var (labels, testLabels) = WritePart(part, entries, images, features);
            var rejected = entries
                .Zip(images, static (entry, image) => (entry.Key, image.Reason))
                .Where(static image => image.Reason is not null)
                .Select(static image => new RejectedImage(image.Key, image.Reason!))
                .ToArray();
            var summary = new ShardSummary(
                entries.Count - rejected.Length, labels, rejected, bytes, time.GetElapsedTime(started).TotalSeconds,
                images.Count(static image => image.IsUnread), takenOver, missed)
            {
                TestLabels = testLabels.Count == 0 ? null : testLabels,
            };

            // First, since the page of the features says that the shard is done.
            await _ledger.CreateAsync(
                RunLayout.Cues(shard), CuesPart.Write([.. images.Select(static image => image.Record).OfType<ImageRecord>()]), summary, cancellation)
                .ConfigureAwait(false);

            // A slow copy of this task that another has overtaken leaves what later stages may have read: where an image went
            // or changed in between, its part is another one.
            await _ledger.CreateAsync(
                RunLayout.Features(shard), part.GetBuffer().AsMemory(0, (int)part.Length), summary, cancellation).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(features);
            inference?.Trim();
            Garbage.CollectLarge();
        }
    }

    /// <summary>
    /// What an earlier run knows of the images, as this one would see them; whether that is sure, or their content has to be compared;
    /// and why something is missing.
    /// </summary>
    private async Task<(IReadOnlyList<ImageRecord?> Known, bool IsSure, string? Missed)> KnownAsync(
        IReadOnlyList<ManifestEntry> entries, Memory<float> features, CancellationToken cancellation)
    {
        var known = new ImageRecord?[entries.Count];
        try
        {
            if (await Earlier(cancellation).ConfigureAwait(false) is not { } parts)
                return (known, IsSure: false, Missed: null);
            var found = await parts.FindAsync(entries, features, _width, cancellation).ConfigureAwait(false);
            for (var row = 0; row < entries.Count; row++)
            {
                var (key, label) = (entries[row].Key, plan.LabelOf(entries[row].Key));
                var isPictured = thumbnails.Includes(key, label);
                // One whose picture was not wanted then, and is now, is worked on like a new one.
                if (found.Records[row] is { } record && (!isPictured || record.Thumbnail is not null))
                    known[row] = record with { Label = label, Thumbnail = isPictured ? record.Thumbnail : null };
            }

            return (known, parts.IsByVersion, found.Missed);
        }
        catch (UnusableRunException gone)
        {
            return (known, IsSure: false, gone.Message);
        }
    }

    /// <summary>Writes the features of the images that gave some: how many those are of each class, and of these for testing alone.</summary>
    private (SortedDictionary<string, int> Labels, SortedDictionary<string, int> TestLabels) WritePart(
        Stream part, IReadOnlyList<ManifestEntry> entries, ExtractedImage[] images, float[] features)
    {
        var labels = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var testLabels = new SortedDictionary<string, int>(StringComparer.Ordinal);
        using var writer = new PartWriter(part, "features", _width);
        for (var row = 0; row < entries.Count; row++)
        {
            if (images[row].Reason is not null)
                continue;

            var (key, label) = (entries[row].Key, plan.LabelOf(entries[row].Key));
            labels[label] = labels.GetValueOrDefault(label) + 1;
            if (plan.Tests(key))
                testLabels[label] = testLabels.GetValueOrDefault(label) + 1;
            writer.Add(key, label, features.AsSpan(row * _width, _width));
        }

        writer.Complete();
        return (labels, testLabels);
    }
}
