using System.Text.Json;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Job.Runs;

/// <summary>
/// Tells the driver that a shard's images go on, where all else that it sees of a worker is finished shards: a small object
/// beside the shard, written anew at most once a minute, and removed with the shard's end. It is a sign and nothing more: that
/// it cannot be written, or is another attempt's, disturbs nobody.
/// </summary>
/// <param name="output">The run's folder.</param>
/// <param name="run">The run's id, in the object.</param>
/// <param name="shard">The shard.</param>
/// <param name="time">The clock.</param>
internal sealed class ShardProgress(IStore output, string run, int shard, TimeProvider time) : IAsyncDisposable
{
    /// <summary>The time between two signs.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private const int LargestNote = 4096;

    private readonly string _key = RunLayout.Progress(shard);
    private long _last = time.GetTimestamp();
    private int _images;
    private Task _writing = Task.CompletedTask;
    private string? _etag;

    /// <summary>A further image is through. From any thread; it does not wait.</summary>
    public void ImageDone()
    {
        var images = Interlocked.Increment(ref _images);
        var last = Volatile.Read(ref _last);
        var now = time.GetTimestamp();
        if (time.GetElapsedTime(last, now) >= Period && Interlocked.CompareExchange(ref _last, now, last) == last)
            _writing = WriteAfterAsync(_writing, images);
    }

    /// <summary>The shard has ended: the object goes.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writing.ConfigureAwait(false);
        if (_etag is null)
            return;
        try
        {
            await output.TryDeleteAsync(_key, _etag, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            // It is removed when the run is published.
        }
    }

    /// <summary>Removes what attempts that were stopped have left of a run, whose id it names; nothing else.</summary>
    /// <param name="output">The run's folder.</param>
    /// <param name="run">The run's id.</param>
    /// <param name="isWhole">Whether the notes of slow images go too, because the whole run does.</param>
    /// <param name="cancellation">Stops it.</param>
    public static async Task RemoveAllAsync(IStore output, string run, bool isWhole, CancellationToken cancellation)
    {
        var left = new List<string>();
        try
        {
            await foreach (var item in output.ListAsync(RunLayout.ShardNotes, cancellation).ConfigureAwait(false))
            {
                if (RunLayout.IsProgress(item.Key) || (isWhole && RunLayout.IsSlow(item.Key)))
                    left.Add(item.Key);
            }
        }
        catch (StoreException none) when (none.Fault == StoreFault.Missing)
        {
            return;
        }

        foreach (var key in left)
        {
            if (await output.TryReadAsync(key, Array.MaxLength, cancellation).ConfigureAwait(false) is { } found
                && (ShardProgressNote.RunOf(found.Content.Span) ?? SlowImagesNote.TryParse(found.Content.Span)?.Run) is { } whose
                && string.Equals(whose, run, StringComparison.Ordinal))
                await output.TryDeleteAsync(key, found.ETag, cancellation).ConfigureAwait(false);
        }
    }

    private async Task WriteAfterAsync(Task before, int images)
    {
        await before.ConfigureAwait(false);
        try
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(new ShardProgressNote(run, images), ShardNoteJson.Default.ShardProgressNote);
            _etag = await output.TryWriteAsync(_key, _etag, json, CancellationToken.None).ConfigureAwait(false);
            if (_etag is null
                && await output.TryReadAsync(_key, LargestNote, CancellationToken.None).ConfigureAwait(false) is { } other
                && string.Equals(ShardProgressNote.RunOf(other.Content.Span), run, StringComparison.Ordinal))
                _etag = await output.TryReplaceAsync(_key, other.ETag, json, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            // Another sign comes in a minute; whether the store can be used is for the shard's part to say.
        }
    }
}

/// <summary>What stands in the store.</summary>
/// <param name="Run">Which run's it is (<see cref="RunSettings.Run"/>).</param>
/// <param name="ImagesDone">Of the shard's images, how many this attempt has done.</param>
internal sealed record ShardProgressNote(string Run, int ImagesDone)
{
    /// <summary>Whose run's a text is that was written as such a note; null when it is none.</summary>
    public static string? RunOf(ReadOnlySpan<byte> json)
        => JsonText.TryRead(json, ShardNoteJson.Default.ShardProgressNote) is { Run: { } run, ImagesDone: > 0 } ? run : null;
}
