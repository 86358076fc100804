using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Pomona.Contracts;

/// <summary>
/// Cuts a listing into manifests and sums it up as a plan, in the memory of one manifest. The job uses it for local
/// folders and the cloud for buckets, so that the same files give the same shards, bytes and fingerprint everywhere.
/// </summary>
/// <remarks>
/// Usage: <see cref="Add"/> every file in <see cref="KeyOrder"/>, writing each shard it completes; then
/// <see cref="Complete"/>, write the last shard if there is one, and after all shards the plan.
/// </remarks>
public sealed class SnapshotWriter : IDisposable
{
    private readonly ArrayBufferWriter<byte> _lines = new();
    private readonly Utf8JsonWriter _json;
    private readonly SnapshotTally _tally;
    private readonly string _input;
    private readonly int _shardSize;
    private string? _previous;
    private int _shard;
    private int _imagesInShard;

    /// <summary>Images added so far.</summary>
    public long Images => _tally.Images;

    /// <summary>Files added so far that are no images by name.</summary>
    public PassedOver PassedOver => _tally.PassedOver;

    /// <summary>Begins a snapshot.</summary>
    /// <param name="input">The data set's root, for <see cref="RunPlan.Input"/>.</param>
    /// <param name="shardSize">Images per shard, at least 1.</param>
    /// <param name="testSplit">The first folder whose images are asked to be for testing; null where none is.</param>
    public SnapshotWriter(string input, int shardSize = RunPlan.DefaultShardSize, string? testSplit = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(input);
        ArgumentOutOfRangeException.ThrowIfLessThan(shardSize, 1);
        _input = input;
        _shardSize = shardSize;
        _tally = new SnapshotTally(testSplit);
        _json = new Utf8JsonWriter(_lines, new JsonWriterOptions
        {
            Encoder = ContractJson.Readable.Options.Encoder,
            // A manifest is many JSON values, one per line.
            SkipValidation = true,
        });
    }

    /// <summary>
    /// Adds the next file, image or not (<see cref="SnapshotTally"/>).
    /// </summary>
    /// <param name="entry">The file; its key must come after the one before in <see cref="KeyOrder"/>.</param>
    /// <param name="shard">The manifest that this image completes.</param>
    /// <returns>Whether a manifest is complete and must be written now.</returns>
    /// <exception cref="InvalidOperationException">The keys are out of order or repeated.</exception>
    public bool Add(ManifestEntry entry, [NotNullWhen(true)] out ManifestShard? shard)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (_previous is not null && KeyOrder.Instance.Compare(_previous, entry.Key) >= 0)
        {
            throw new InvalidOperationException(
                $"The listing is not in order: '{Printable.Excerpt(entry.Key)}' came after "
                + $"'{Printable.Excerpt(_previous)}'.");
        }

        _previous = entry.Key;
        shard = null;
        if (!_tally.Add(entry))
            return false;

        JsonSerializer.Serialize(_json, entry, ContractJson.Readable.ManifestEntry);
        _json.Flush();
        _json.Reset();
        _lines.Write("\n"u8);
        if (++_imagesInShard < _shardSize)
            return false;

        shard = Cut();
        return true;
    }

    /// <summary>Ends the snapshot.</summary>
    /// <param name="shard">The last manifest, when there is one that is not full; write it before the plan.</param>
    /// <returns>The plan; with no image at all it has no shards.</returns>
    public RunPlan Complete(out ManifestShard? shard)
    {
        shard = _imagesInShard > 0 ? Cut() : null;
        return new RunPlan(
            _input, _tally.Images, _tally.Bytes, _shard, _shardSize, _tally.SkippedFiles, _tally.Fingerprint,
            _tally.PassedOver == PassedOver.None ? null : _tally.PassedOver,
            _tally.Loose == 0 ? null : _tally.Loose,
            Large: _tally.Large == LargeImageBytes.None ? null : _tally.Large,
            TestSplit: _tally.TestSplit);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _json.Dispose();
        _tally.Dispose();
    }

    private ManifestShard Cut()
    {
        // A copy: the caller may still be writing this shard while the next one fills the buffer.
        var shard = new ManifestShard(_shard++, _imagesInShard, _lines.WrittenSpan.ToArray());
        _lines.ResetWrittenCount();
        _imagesInShard = 0;
        return shard;
    }
}

/// <summary>A complete manifest, ready to be written.</summary>
/// <param name="Index">The shard's number, from 0.</param>
/// <param name="Images">How many images it lists.</param>
/// <param name="Content">The whole file: one line of JSON (<see cref="ManifestEntry"/>) per image, UTF-8, each ended by a line feed.</param>
public sealed record ManifestShard(int Index, int Images, ReadOnlyMemory<byte> Content)
{
    /// <summary>Where it is written, relative to the run's folder.</summary>
    public string Path => RunLayout.Manifest(Index);
}
