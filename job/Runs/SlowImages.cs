using System.Text.Json;
using System.Text.Json.Serialization;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Job.Runs;

/// <summary>
/// The images that took a decoder too long, noted beside their shard the moment that is known: whoever works on the shard next
/// passes them over, with the same reason, on any engine.
/// </summary>
/// <param name="output">The run's folder.</param>
/// <param name="run">The run's id, in the note.</param>
/// <param name="key">Where the note is: <see cref="RunLayout.Slow"/>.</param>
internal sealed class SlowImages(IStore output, string run, string key)
{
    /// <summary>The reasons by image.</summary>
    /// <exception cref="PomonaException">What is there is no note of this run's.</exception>
    public async Task<IReadOnlyDictionary<string, string>> ReadAsync(CancellationToken cancellation)
        => (await FindAsync(cancellation).ConfigureAwait(false)).Images.ToDictionary(
            static image => image.Image, static image => image.Reason, StringComparer.Ordinal);

    /// <summary>Notes one; other attempts at the shard may be noting others.</summary>
    /// <exception cref="PomonaException">What is there is no note of this run's.</exception>
    public async Task AddAsync(string image, string reason, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < Ledger.MostAttempts; attempt++)
        {
            var (images, etag) = await FindAsync(cancellation).ConfigureAwait(false);
            if (images.Any(known => string.Equals(known.Image, image, StringComparison.Ordinal)))
                return;
            var json = new SlowImagesNote(run, [.. images, new RejectedImage(image, reason)]).ToJson();
            if (await output.TryWriteAsync(key, etag, json, cancellation).ConfigureAwait(false) is not null)
                return;
        }

        throw Ledger.Restless(output, key);
    }

    private async Task<(IReadOnlyList<RejectedImage> Images, string? ETag)> FindAsync(CancellationToken cancellation)
    {
        if (await output.TryReadAsync(key, SlowImagesNote.LargestFile, cancellation).ConfigureAwait(false) is not { } found)
            return ([], null);
        return SlowImagesNote.TryParse(found.Content.Span) is { } note && string.Equals(note.Run, run, StringComparison.Ordinal)
            ? (note.Images, found.ETag)
            : throw Ledger.Foreign(output, key);
    }
}

/// <summary>What stands in the store.</summary>
/// <param name="Run">Which run's it is (<see cref="RunSettings.Run"/>).</param>
/// <param name="Images">The images, with their reasons.</param>
internal sealed record SlowImagesNote(string Run, IReadOnlyList<RejectedImage> Images)
{
    /// <summary>More than a shard of the longest names has.</summary>
    public const int LargestFile = 64 << 20;

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ShardNoteJson.Default.SlowImagesNote);

    /// <summary>Reads a note that <see cref="ToJson"/> wrote; null when the text is none.</summary>
    public static SlowImagesNote? TryParse(ReadOnlySpan<byte> json)
        => JsonText.TryRead(json, ShardNoteJson.Default.SlowImagesNote) is { Run: not null, Images: not null } note
            && note.Images.All(static image => image is { Image: not null, Reason: not null }) ? note : null;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SlowImagesNote))]
[JsonSerializable(typeof(ShardProgressNote))]
internal sealed partial class ShardNoteJson : JsonSerializerContext;
