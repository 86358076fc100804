using System.Buffers;
using Pomona.Contracts;
using Pomona.Job.Evaluation;
using Pomona.Job.Memory;
using Pomona.Job.Parquet;
using Pomona.Job.Runs;
using Pomona.Storage;
using Pomona.Vision.Imaging;

namespace Pomona.Job.Pipeline;

/// <summary>
/// Shard: images → features. Keeps many reads in flight (an S3 get waits 20–50 ms, an image costs 7 ms), computes on the
/// process's pool, and writes two Parquet parts in manifest order: what was seen of the images, and then their features, with
/// the shard's summary on their page of the ledger. What an earlier run has of an image that is as it was is taken over.
/// </summary>
internal static class ExtractStage
{
    /// <summary>Extracts a shard unless it is there already.</summary>
    public static async Task RunAsync(
        RunSettings settings,
        int shard,
        RunPlan plan,
        RunInput input,
        IStore output,
        Ledger ledger,
        Func<ExtractionPool> pool,
        Func<CancellationToken, Task<EarlierParts?>> earlier,
        IStageProgress progress,
        ThumbnailSample thumbnails,
        bool isSeenInStore,
        TimeProvider time,
        CancellationToken cancellation)
    {
        if (await ledger.FindAsync(RunLayout.Features(shard), cancellation).ConfigureAwait(false) is not null
            && await ledger.FindAsync(RunLayout.Cues(shard), cancellation).ConfigureAwait(false) is not null)
        {
            progress.ImagesDone(plan.ImagesOf(shard));
            return;
        }

        var entries = await ManifestFile.ReadAsync(output, plan, shard, cancellation).ConfigureAwait(false);
        var notes = new SlowImages(output, settings.Run, RunLayout.Slow(shard));
        var slow = await notes.ReadAsync(cancellation).ConfigureAwait(false);
        var started = time.GetTimestamp();
        await using var told = isSeenInStore ? new ShardProgress(output, settings.Run, shard, time) : null;
        var width = settings.Model.FeatureWidth;
        var features = ArrayPool<float>.Shared.Rent(entries.Count * width);
        var reasons = new string?[entries.Count];
        var records = new ImageRecord?[entries.Count];
        var (unread, takenOver) = (0, 0);
        long bytes = 0;
        ExtractionPool? inference = null;
        try
        {
            var (known, isSure, missed) = await KnownAsync(
                earlier, entries, plan, features.AsMemory(0, entries.Count * width), width, thumbnails, cancellation).ConfigureAwait(false);
            // Here, so that a model that does not load is not taken for an image's failure; where all is known, none is needed.
            if (!isSure || known.Contains(null))
                inference = pool();
            await Parallel.ForEachAsync(
                Enumerable.Range(0, entries.Count),
                new ParallelOptions { MaxDegreeOfParallelism = input.ReadsInFlight, CancellationToken = cancellation },
                async (row, token) =>
                {
                    var entry = entries[row];
                    if (slow.TryGetValue(entry.Key, out var reason))
                    {
                        reasons[row] = reason;
                        progress.ImagesDone(1);
                        return;
                    }

                    if (isSure && known[row] is { } sure)
                    {
                        records[row] = sure;
                        Interlocked.Increment(ref takenOver);
                        progress.ImagesDone(1);
                        told?.ImageDone();
                        return;
                    }

                    (reasons[row], records[row], var isUnread) = await ExtractImageAsync(
                        settings.MaxMegapixels, entry, plan.LabelOf(entry.Key), input, inference!, notes, thumbnails, known[row], features.AsMemory(row * width, width), token)
                        .ConfigureAwait(false);
                    if (known[row] is { } same && ReferenceEquals(records[row], same))
                        Interlocked.Increment(ref takenOver);
                    if (isUnread)
                        Interlocked.Increment(ref unread);
                    Interlocked.Add(ref bytes, entry.Size);
                    progress.ImagesDone(1);
                    told?.ImageDone();
                }).ConfigureAwait(false);

            using var part = new MemoryStream();
            var labels = new SortedDictionary<string, int>(StringComparer.Ordinal);
            var testLabels = new SortedDictionary<string, int>(StringComparer.Ordinal);
            using (var writer = new PartWriter(part, "features", width))
            {
                for (var row = 0; row < entries.Count; row++)
                {
                    if (reasons[row] is not null)
                        continue;

                    var label = plan.LabelOf(entries[row].Key);
                    labels[label] = labels.GetValueOrDefault(label) + 1;
                    if (plan.Tests(entries[row].Key))
                        testLabels[label] = testLabels.GetValueOrDefault(label) + 1;
                    writer.Add(entries[row].Key, label, features.AsSpan(row * width, width));
                }

                writer.Complete();
            }

            var rejected = entries
                .Zip(reasons, (entry, reason) => (entry.Key, reason))
                .Where(image => image.reason is not null)
                .Select(image => new RejectedImage(image.Key, image.reason!))
                .ToArray();
            var summary = new ShardSummary(
                entries.Count - rejected.Length, labels, rejected, bytes, time.GetElapsedTime(started).TotalSeconds, unread, takenOver, missed)
            {
                TestLabels = testLabels.Count == 0 ? null : testLabels,
            };

            // First, since the page of the features says that the shard is done.
            await ledger.CreateAsync(
                RunLayout.Cues(shard), CuesPart.Write([.. records.OfType<ImageRecord>()]), summary, cancellation).ConfigureAwait(false);

            // A slow copy of this task that another has overtaken leaves what later stages may have read: where an image went
            // or changed in between, its part is another one.
            await ledger.CreateAsync(
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
    private static async Task<(IReadOnlyList<ImageRecord?> Known, bool IsSure, string? Missed)> KnownAsync(
        Func<CancellationToken, Task<EarlierParts?>> earlier,
        IReadOnlyList<ManifestEntry> entries,
        RunPlan plan,
        Memory<float> features,
        int width,
        ThumbnailSample thumbnails,
        CancellationToken cancellation)
    {
        var known = new ImageRecord?[entries.Count];
        try
        {
            if (await earlier(cancellation).ConfigureAwait(false) is not { } parts)
                return (known, IsSure: false, Missed: null);
            var found = await parts.FindAsync(entries, features, width, cancellation).ConfigureAwait(false);
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

    /// <summary>
    /// One image's features; the reason of its rejection, or what was seen of it, and whether it could not even be read.
    /// </summary>
    internal static async Task<(string? Reason, ImageRecord? Record, bool IsUnread)> ExtractImageAsync(
        double maxMegapixels,
        ManifestEntry entry,
        string label,
        RunInput input,
        ExtractionPool pool,
        SlowImages? notes,
        ThumbnailSample thumbnails,
        ImageRecord? known,
        Memory<float> features,
        CancellationToken cancellation)
    {
        if (entry.Size > SizeLimit.MostFileBytes(maxMegapixels))
            return (SizeLimit.TooManyBytes(entry.Size, maxMegapixels), null, false);

        await pool.FileBytes.AcquireAsync(entry.Size, cancellation).ConfigureAwait(false);
        try
        {
            using var file = await input.ReadAsync(entry.Key, entry.ETag, cancellation).ConfigureAwait(false);
            if (file.Span.Length != entry.Size)
                return (ChangedSince, null, false);
            if (known is not null && string.Equals(ImageRecord.HashOf(file.Span), known.ContentHash, StringComparison.Ordinal))
                return (null, known, false); // its features are there already
            var (reason, isSlow, record) = await pool.ExtractAsync(
                new WatchedImage(entry.Key, notes),
                label,
                file,
                features,
                thumbnails.Includes(entry.Key, label)).ConfigureAwait(false);
            if (isSlow && notes is not null)
                await notes.AddAsync(entry.Key, reason!, CancellationToken.None).ConfigureAwait(false); // also where the shard has failed by now
            return (reason, record, false);
        }
        catch (InputException failure) when (IsOfOneImage(failure.Fault))
        {
            await input.RequireOthersReadableAsync(entry.Key, failure, cancellation).ConfigureAwait(false);
            var reason = failure.Fault switch
            {
                StoreFault.Missing => "it was deleted after the run began",
                StoreFault.Forbidden => "permission denied",
                StoreFault.Changed => ChangedSince,
                StoreFault.Unreadable => failure.Message,
                StoreFault.Outside => "its name leads out of the input",
                _ => "its name is not UTF-8 or too long, so it cannot be opened: rename it",
            };
            return (reason, null, failure.Fault is not (StoreFault.Changed or StoreFault.Unnameable or StoreFault.Outside));
        }
        catch (Exception fault) when (fault is not (InputException or StoreException or OperationCanceledException or PomonaException or OutOfMemoryException))
        {
            throw new ImageFailedException(entry.Key, fault);
        }
        finally
        {
            pool.FileBytes.Release(entry.Size);
        }
    }

    private const string ChangedSince = "it was changed after the run began";

    /// <summary>A store that does not answer ends the run, which can be resumed; one bad object only loses its image.</summary>
    private static bool IsOfOneImage(StoreFault fault)
        => fault is StoreFault.Missing or StoreFault.Forbidden or StoreFault.Changed or StoreFault.Unreadable or StoreFault.Unnameable
            or StoreFault.Outside;
}

/// <summary>Working on an image failed in a way that is not the image's: a fault, which ends the run and names the image.</summary>
internal sealed class ImageFailedException(string image, Exception cause)
    : Exception($"image '{Printable.Excerpt(image)}': {cause.Message}", cause)
{
    public string Image { get; } = image;
}
