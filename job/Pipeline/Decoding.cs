using Pomona.Contracts;
using Pomona.Job.Runs;
using Pomona.Storage;
using Pomona.Vision.Budget;
using Pomona.Vision.Decoding;
using Pomona.Vision.Imaging;

namespace Pomona.Job.Pipeline;

/// <summary>How this process decodes, and how it ends over an image whose decoder nothing can interrupt.</summary>
/// <param name="EndProcess">
/// Ends it, saying that sentence (without its stop). What it returns is only of use where a test stands in for it.
/// </param>
internal sealed record Decoding(Func<string, Task> EndProcess)
{
    /// <summary>Ends it where the run has been stopped meanwhile, which does not go on.</summary>
    public Func<Task> EndStoppedProcess { get; init; } = static () => ProcessEnd.StopAsync(ExitCode.Cancelled);

    /// <summary>Makes the decoder of a thread.</summary>
    public Func<DecodeSettings, DecodingMeter, PixelShelf, IImageDecoder> NewDecoder { get; init; }
        = static (settings, meter, shelf) => new ImageDecoder(settings, meter, shelf);

    /// <summary>Called on a thread, gives its processor time to whoever asks later.</summary>
    public Func<Func<TimeSpan>> ClockOfThread { get; init; } = ThreadClock.OfThisThread;

    /// <summary>Watches threads that decode, each image with its <see cref="WatchedImage"/>.</summary>
    public DecodingWatch Watch(TimeProvider time) => new(time, ClockOfThread, GiveUpAsync);

    /// <summary>
    /// Notes the images first, so that whoever comes after this process does not meet them again: all that are beyond their
    /// budget by now, since Spark starts only so many processes for a shard.
    /// </summary>
    private async Task<bool> GiveUpAsync(IReadOnlyList<SlowImage> images)
    {
        try
        {
            foreach (var slow in images)
            {
                if (slow.Image is WatchedImage { Notes: { } notes } noted)
                    await notes.AddAsync(noted.Key, slow.Reason, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is StoreException or PomonaException)
        {
            // Without the note it would be met again. The watch asks once more in a second; meanwhile nothing progresses,
            // which whoever waits for the run notices.
            return false;
        }

        if (images[0] is { Image: WatchedImage stuck } first)
            await EndProcess($"image '{Printable.Excerpt(stuck.Key)}' {first.Reason}, and its decoder cannot be interrupted").ConfigureAwait(false);
        return true;
    }
}

/// <summary>An image that a thread decodes.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Notes">Where it is noted when it takes too long; null where nobody comes after this process.</param>
internal sealed record WatchedImage(string Key, SlowImages? Notes);
