using System.Runtime.CompilerServices;
using Pomona.Contracts;

namespace Pomona.Storage;

/// <summary>
/// A finished run as a later one takes over from it: read, never written. Everything is held against the run's own plan and ledger
/// before it is believed; whatever is missing, damaged or unreadable is an <see cref="UnusableRunException"/>, after which the later
/// run computes by itself.
/// </summary>
public sealed class FinishedRun
{
    private const int LargestNote = 64 << 20;

    /// <summary>A manifest's first line: a key of at most 1,024 bytes, escaped, and a version.</summary>
    private const int LargestLine = 16 << 10;

    private readonly IStore _store;
    private readonly string _folder;
    private readonly string _run;

    private FinishedRun(IStore store, string folder, string run, RunPlan plan, FeatureSettings features, string? components, bool keepsBasis)
    {
        _store = store;
        _folder = folder;
        _run = run;
        Plan = plan;
        Features = features;
        Components = components;
        KeepsBasis = keepsBasis || plan.Basis is not null;
    }

    /// <summary>The run's folder, as a person would write it.</summary>
    public string Address => StoreAddress.Of(_store, _folder);

    /// <summary>The head of its snapshot.</summary>
    public RunPlan Plan { get; }

    /// <summary>What its features depend on.</summary>
    public FeatureSettings Features { get; }

    /// <summary>How many components were asked for, as the settings say it in JSON; null where they do not.</summary>
    public string? Components { get; }

    /// <summary>Whether its components are those of a run before it.</summary>
    public bool KeepsBasis { get; }

    /// <summary>Opens a run.</summary>
    /// <param name="store">Where it is.</param>
    /// <param name="folder">The run's folder below the store's root, with its slash; empty where it is the root.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="UnusableRunException">There is no finished run there, or it cannot be read.</exception>
    public static async Task<FinishedRun> OpenAsync(IStore store, string folder, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(folder);
        var address = StoreAddress.Of(store, folder);
        if (await NoteAsync(store, folder + RunLayout.Marker, cancellation).ConfigureAwait(false) is not { } marker
            || RunMarker.TryParse(marker.Span) is null)
            throw new UnusableRunException($"{address} is not the folder of a finished run (it has no {RunLayout.Marker})");
        if (await NoteAsync(store, folder + RunLayout.Plan, cancellation).ConfigureAwait(false) is not { } planned || RunPlan.TryParse(planned.Span) is not { Images: > 0 } plan)
            throw new UnusableRunException($"{RunLayout.Plan} in {address} is missing or damaged");
        if (await NoteAsync(store, folder + RunLayout.Settings, cancellation).ConfigureAwait(false) is not { } settings
            || FeatureSettings.TryParse(settings.Span) is not { } features
            || JsonText.TryReadObject(settings.Span) is not { } written || written.At("run").AsText() is not { Length: > 0 } run)
            throw new UnusableRunException($"{RunLayout.Settings} in {address} is missing, damaged or of an earlier version");
        return new FinishedRun(store, folder, run, plan, features, written.At("components")?.ToJsonString(), written.At("basis") is not null);
    }

    /// <summary>Makes sure that its features are what a run of these settings would compute.</summary>
    /// <exception cref="UnusableRunException">They are not.</exception>
    public void RequireFeatures(FeatureSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.DifferenceFrom(Features) is { } difference)
            throw new UnusableRunException($"{Address} was made otherwise: {difference}");
    }

    /// <summary>The entries of a shard's manifest, in order.</summary>
    /// <exception cref="UnusableRunException">They cannot be had.</exception>
    public async Task<IReadOnlyList<ManifestEntry>> ManifestAsync(int shard, CancellationToken cancellation)
    {
        using var bytes = await ReadAsync(RunLayout.Manifest(shard), cancellation).ConfigureAwait(false);
        return ManifestEntry.TryReadAll(bytes.Span) is { } entries && entries.Count == Plan.ImagesOf(shard)
            ? entries
            : throw Damaged(RunLayout.Manifest(shard));
    }

    /// <summary>The first key of a shard's manifest; only that much is read.</summary>
    /// <exception cref="UnusableRunException">It cannot be had.</exception>
    public async Task<string> FirstKeyAsync(int shard, CancellationToken cancellation)
    {
        var head = await TryAsync(RunLayout.Manifest(shard), () => _store.TryReadAsync(_folder + RunLayout.Manifest(shard), LargestLine, cancellation))
            .ConfigureAwait(false) ?? throw Missing(RunLayout.Manifest(shard));
        var end = head.Content.Span.IndexOf((byte)'\n');
        return end >= 0 && ManifestEntry.TryReadAll(head.Content.Span[..end]) is [var first]
            ? first.Key
            : (await ManifestAsync(shard, cancellation).ConfigureAwait(false))[0].Key;
    }

    /// <summary>The ledger's line of a shard's cues or features.</summary>
    /// <exception cref="UnusableRunException">There is none.</exception>
    public async Task<LedgerLine> LineAsync(string key, CancellationToken cancellation)
    {
        var note = await TryAsync(RunLayout.PageOf(key), () => NoteAsync(_store, _folder + RunLayout.PageOf(key), cancellation)).ConfigureAwait(false)
            ?? throw Missing(RunLayout.PageOf(key));
        return LedgerPage.TryParse(note.Span) is { Files: [{ Summary: not null } line] } page
            && string.Equals(page.Run, _run, StringComparison.Ordinal) && string.Equals(line.Key, key, StringComparison.Ordinal)
                ? line
                : throw Damaged(RunLayout.PageOf(key));
    }

    /// <summary>A file of the run, whole, whose content is what its line says.</summary>
    /// <exception cref="UnusableRunException">It is not.</exception>
    public async Task<PooledBytes> ReadAsync(LedgerLine line, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(line);
        var bytes = await ReadAsync(line.Key, cancellation).ConfigureAwait(false);
        if (line.IsContent(bytes.Span))
            return bytes;
        bytes.Dispose();
        throw Damaged(line.Key);
    }

    /// <summary>The images that gave features, in the order of their keys, while the next shards' are being read.</summary>
    /// <exception cref="UnusableRunException">They cannot be had.</exception>
    public async IAsyncEnumerable<ManifestEntry> UsedAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        // Manifests of many images are few at a time.
        var most = (int)Math.Clamp((long)_store.ReadsInFlight * RunPlan.DefaultShardSize / Plan.ShardSize, 1, _store.ReadsInFlight);
        var shards = ReadAhead.InOrderAsync(Plan.Shards, most, UsedAsync, cancellation);
        await foreach (var used in shards.ConfigureAwait(false))
        {
            foreach (var entry in used)
                yield return entry;
        }
    }

    private async Task<IReadOnlyList<ManifestEntry>> UsedAsync(int shard, CancellationToken cancellation)
    {
        var line = await LineAsync(RunLayout.Features(shard), cancellation).ConfigureAwait(false);
        var entries = await ManifestAsync(shard, cancellation).ConfigureAwait(false);
        var rejected = line.Summary!.Rejected.Select(static image => image.Image).ToHashSet(StringComparer.Ordinal);
        return rejected.Count == 0 ? entries : [.. entries.Where(entry => !rejected.Contains(entry.Key))];
    }

    private static async Task<ReadOnlyMemory<byte>?> NoteAsync(IStore store, string key, CancellationToken cancellation)
    {
        try
        {
            return await store.TryReadAsync(key, LargestNote, cancellation).ConfigureAwait(false) is { IsTruncated: false } whole ? whole.Content : null;
        }
        catch (StoreException failure)
        {
            throw new UnusableRunException($"{key} in {store.Address} cannot be read ({failure.Message.TrimEnd('.')})", failure);
        }
    }

    private Task<PooledBytes> ReadAsync(string key, CancellationToken cancellation)
        => TryAsync(key, () => _store.ReadAsync(_folder + key, etag: null, cancellation));

    private async Task<T> TryAsync<T>(string key, Func<Task<T>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (StoreException failure) when (failure.Fault == StoreFault.Missing)
        {
            throw Missing(key);
        }
        catch (StoreException failure)
        {
            throw new UnusableRunException($"{key} in {Address} cannot be read ({failure.Message.TrimEnd('.')})", failure);
        }
    }

    private UnusableRunException Missing(string key) => new($"{key} in {Address} is missing");

    private UnusableRunException Damaged(string key) => new($"{key} in {Address} is damaged");
}

/// <summary>Nothing, or not all, can be taken over from an earlier run; the message is a clause that says why.</summary>
/// <param name="message">The clause.</param>
/// <param name="cause">What led here.</param>
public sealed class UnusableRunException(string message, Exception? cause = null) : Exception(message, cause);
