using Pomona.Contracts;
using Pomona.Job.Evaluation;
using Pomona.Job.Parquet;
using Pomona.Job.Runs;
using Pomona.Storage;
using Pomona.Vision.Imaging;

namespace Pomona.Job.Pipeline;

/// <summary>Brings one image at a time to its features: its file is read, as the version that was listed, and computed on the pool.</summary>
/// <param name="input">Where it is.</param>
/// <param name="pool">Computes, and has the budget of bytes that files may take.</param>
/// <param name="thumbnails">Which images get one.</param>
/// <param name="maxMegapixels">The limit of images, which is also one of their files.</param>
internal sealed class ImageExtraction(RunInput input, ExtractionPool pool, ThumbnailSample thumbnails, double maxMegapixels)
{
    private const string ChangedSince = "it was changed after the run began";

    /// <summary>Computes an image's features, unless they are known.</summary>
    /// <param name="entry">The image.</param>
    /// <param name="label">Its class.</param>
    /// <param name="known">What is known of an image of its name, whose features are there already; null for nothing.</param>
    /// <param name="notes">Where it is noted when it takes too long; null for nowhere.</param>
    /// <param name="features">Filled with the model's numbers.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="InputException">The input does not answer, which ends the run; one bad object only loses its image.</exception>
    /// <exception cref="ImageFailedException">It failed in a way that is not the image's.</exception>
    public async Task<ExtractedImage> ExtractAsync(
        ManifestEntry entry, string label, ImageRecord? known, SlowImages? notes, Memory<float> features, CancellationToken cancellation)
    {
        if (entry.Size > SizeLimit.MostFileBytes(maxMegapixels))
            return new ExtractedImage(SizeLimit.TooManyBytes(entry.Size, maxMegapixels), Record: null);

        await pool.FileBytes.AcquireAsync(entry.Size, cancellation).ConfigureAwait(false);
        try
        {
            using var file = await input.ReadAsync(entry.Key, entry.ETag, cancellation).ConfigureAwait(false);
            if (file.Span.Length != entry.Size)
                return new ExtractedImage(ChangedSince, Record: null);
            if (known is not null && string.Equals(ImageRecord.HashOf(file.Span), known.ContentHash, StringComparison.Ordinal))
                return new ExtractedImage(Reason: null, known);
            var (reason, isSlow, record) = await pool.ExtractAsync(
                new WatchedImage(entry.Key, notes), label, file, features, thumbnails.Includes(entry.Key, label)).ConfigureAwait(false);
            if (isSlow && notes is not null)
                await notes.AddAsync(entry.Key, reason!, CancellationToken.None).ConfigureAwait(false); // also where the shard has failed by now
            return new ExtractedImage(reason, record);
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
            return new ExtractedImage(
                reason, Record: null, IsUnread: failure.Fault is not (StoreFault.Changed or StoreFault.Unnameable or StoreFault.Outside));
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

    private static bool IsOfOneImage(StoreFault fault)
        => fault is StoreFault.Missing or StoreFault.Forbidden or StoreFault.Changed or StoreFault.Unreadable or StoreFault.Unnameable
            or StoreFault.Outside;
}

/// <summary>What became of an image.</summary>
/// <param name="Reason">Of its rejection; null where it gave features.</param>
/// <param name="Record">What was seen of it; null where it was rejected.</param>
/// <param name="IsUnread">Whether it could not even be read, which may pass.</param>
internal readonly record struct ExtractedImage(string? Reason, ImageRecord? Record, bool IsUnread = false);

/// <summary>Working on an image failed in a way that is not the image's: a fault, which ends the run and names the image.</summary>
internal sealed class ImageFailedException(string image, Exception cause)
    : Exception($"image '{Printable.Excerpt(image)}': {cause.Message}", cause)
{
    public string Image { get; } = image;
}
