using Pomona.Contracts;
using Pomona.Job.Parquet;
using Pomona.Job.Runs;
using Pomona.Storage;

namespace Pomona.Job.Pipeline;

/// <summary>
/// What an earlier run has of a shard's images: whoever extracts the shard reads the earlier parts that hold them, once, and
/// believes what their own ledger vouches for.
/// </summary>
internal sealed class EarlierParts : IDisposable
{
    private readonly IStore _store;
    private readonly FinishedRun _run;
    private readonly object _gate = new(); // System.Threading.Lock is net9.0 and later
    private readonly Dictionary<int, string> _firstKeys = [];

    private EarlierParts(IStore store, FinishedRun run, bool isByVersion)
    {
        _store = store;
        _run = run;
        IsByVersion = isByVersion;
    }

    /// <summary>Whether size and ETag vouch for an image's content; else its hash has still to be compared.</summary>
    public bool IsByVersion { get; }

    /// <summary>Opens the run that a plan takes over from.</summary>
    /// <param name="since">It.</param>
    /// <param name="settings">The run's own settings.</param>
    /// <param name="open">Opens a store by its address.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="UnusableRunException">It is not there any more, or its features are not what this run's would be.</exception>
    public static async Task<EarlierParts> OpenAsync(SinceRun since, RunSettings settings, Func<string, IStore> open, CancellationToken cancellation)
    {
        var store = open(since.Run);
        try
        {
            var run = await FinishedRun.OpenAsync(store, folder: string.Empty, cancellation).ConfigureAwait(false);
            run.RequireFeatures(settings.Features);
            return new EarlierParts(store, run, StoreAddress.IsS3(settings.Input));
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Finds what is known of a shard's images.</summary>
    /// <param name="entries">The shard's manifest.</param>
    /// <param name="features">Takes the features of what is found, at each image's row.</param>
    /// <param name="width">Features an image.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<FoundParts> FindAsync(
        IReadOnlyList<ManifestEntry> entries, Memory<float> features, int width, CancellationToken cancellation)
    {
        var found = new FoundParts(new ImageRecord?[entries.Count], Missed: null);
        try
        {
            for (var shard = await FirstShardAsync(entries[0].Key, cancellation).ConfigureAwait(false); shard < _run.Plan.Shards; shard++)
            {
                if (KeyOrder.Instance.Compare(await FirstKeyAsync(shard, cancellation).ConfigureAwait(false), entries[^1].Key) > 0)
                    break;
                try
                {
                    await FindInAsync(shard, entries, found.Records, features, width, cancellation).ConfigureAwait(false);
                }
                catch (UnusableRunException fault)
                {
                    // The other shards may be as they were.
                    found = found with { Missed = found.Missed ?? fault.Message };
                }
            }
        }
        catch (UnusableRunException fault)
        {
            found = found with { Missed = found.Missed ?? fault.Message };
        }

        return found;
    }

    public void Dispose() => _store.Dispose();

    private async Task FindInAsync(
        int shard, IReadOnlyList<ManifestEntry> entries, ImageRecord?[] found, Memory<float> features, int width, CancellationToken cancellation)
    {
        var rows = SameOf(await _run.ManifestAsync(shard, cancellation).ConfigureAwait(false), entries);
        if (rows.Count == 0)
            return;

        var line = await _run.LineAsync(RunLayout.Features(shard), cancellation).ConfigureAwait(false);
        using var cuesPart = await _run.ReadAsync(await _run.LineAsync(RunLayout.Cues(shard), cancellation).ConfigureAwait(false), cancellation)
            .ConfigureAwait(false);
        using var featuresPart = await _run.ReadAsync(line, cancellation).ConfigureAwait(false);
        try
        {
            var records = CuesPart.Read(cuesPart.Memory);
            var images = TakeFeatures(featuresPart.Memory, rows, features, width);
            if (images.Count != line.Summary!.Images || !images.SequenceEqual(records.Select(static record => record.Image), StringComparer.Ordinal))
                throw new InvalidDataException("its images are not those of its page and of its cues");
            foreach (var record in records)
            {
                if (rows.TryGetValue(record.Image, out var row))
                    found[row] = record;
            }
        }
        catch (InvalidDataException damage)
        {
            throw new UnusableRunException($"{line.Key} in {_run.Address} is not what it should be: {damage.Message.TrimEnd('.')}", damage);
        }
    }

    /// <summary>The rows of images that stand in both manifests, as they were.</summary>
    private Dictionary<string, int> SameOf(IReadOnlyList<ManifestEntry> then, IReadOnlyList<ManifestEntry> now)
    {
        var rows = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int row = 0, old = 0; row < now.Count && old < then.Count;)
        {
            var order = KeyOrder.Instance.Compare(now[row].Key, then[old].Key);
            if (order == 0 && UnchangedImages.IsSame(now[row], then[old], IsByVersion))
                rows.Add(now[row].Key, row);
            if (order <= 0)
                row++;
            if (order >= 0)
                old++;
        }

        return rows;
    }

    private static List<string> TakeFeatures(ReadOnlyMemory<byte> part, Dictionary<string, int> wanted, Memory<float> features, int width)
    {
        var all = new List<string>();
        using var reader = new PartReader(part);
        if (reader.Width != width && reader.Width != 0)
            throw new InvalidDataException($"it has {reader.Width} numbers an image, and the model {width}");
        while (reader.ReadRowGroup(out var images, out _, out var values, out var rows))
        {
            for (var row = 0; row < rows; row++)
            {
                if (wanted.TryGetValue(images[row], out var place))
                    values.AsSpan(row * width, width).CopyTo(features.Span[(place * width)..]);
            }

            all.AddRange(images);
        }

        return all;
    }

    /// <summary>The last shard that begins at a key or before it; 0 where none does.</summary>
    private async Task<int> FirstShardAsync(string key, CancellationToken cancellation)
    {
        var (first, after) = (0, _run.Plan.Shards);
        while (after - first > 1)
        {
            var middle = first + ((after - first) / 2);
            if (KeyOrder.Instance.Compare(await FirstKeyAsync(middle, cancellation).ConfigureAwait(false), key) <= 0)
                first = middle;
            else
                after = middle;
        }

        return first;
    }

    private async Task<string> FirstKeyAsync(int shard, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_firstKeys.TryGetValue(shard, out var known))
                return known;
        }

        var key = await _run.FirstKeyAsync(shard, cancellation).ConfigureAwait(false);
        lock (_gate)
            _firstKeys[shard] = key;
        return key;
    }
}

/// <summary>What an earlier run has of a shard's images.</summary>
/// <param name="Records">Of each image what was seen of it; null where nothing is known.</param>
/// <param name="Missed">Why not all could be had, as a clause; null where all could.</param>
internal sealed record FoundParts(ImageRecord?[] Records, string? Missed);
