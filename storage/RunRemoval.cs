using System.Collections.Concurrent;
using Pomona.Contracts;

namespace Pomona.Storage;

/// <summary>
/// Removes a run: what it proves to have written, and nothing else. Its ledger names the outputs by size, version and hash, its plan
/// the manifests by their fingerprint; what lies beside them stays. The marker goes first, so that nothing passes for a finished run
/// of which parts are gone, and the plan last, so that a removal that broke off is gone on with.
/// </summary>
/// <param name="store">Where the run's folder is.</param>
public sealed class RunRemoval(IStore store)
{
    /// <summary>The largest note or page that is read; a page tells of a shard's rejected images.</summary>
    private const int LargestNote = 64 * 1024 * 1024;

    /// <summary>Removes a run.</summary>
    /// <param name="folder">The run's folder below the store's root, with its slash.</param>
    /// <param name="input">The data set that its plan must name.</param>
    /// <param name="cancellation">Ends the call between two files.</param>
    /// <returns>What was removed; null where no plan of a run over that input is there, and so nothing was touched.</returns>
    /// <exception cref="StoreException">The store fails; what is left goes with the next call.</exception>
    public async Task<RemovedRun?> TryRemoveAsync(string folder, string input, CancellationToken cancellation)
    {
        if (await ReadAsync(store, folder + RunLayout.Plan, cancellation).ConfigureAwait(false) is not { } planFile
            || RunPlan.TryParse(planFile.Content.Span) is not { } plan
            || !string.Equals(plan.Input, input, StringComparison.Ordinal))
            return null;

        var removal = new Removal(store, folder);
        await removal.ListAsync(cancellation).ConfigureAwait(false);
        if (await ReadAsync(store, folder + RunLayout.Marker, cancellation).ConfigureAwait(false) is { } marker
            && RunMarker.TryParse(marker.Content.Span) is not null)
            await removal.RemoveAsync([(RunLayout.Marker, marker.ETag)], cancellation).ConfigureAwait(false);

        var settings = await ReadAsync(store, folder + RunLayout.Settings, cancellation).ConfigureAwait(false);
        var run = settings is null ? null : RunOf(settings.Content.Span);
        var notes = run is null ? [] : await removal.NotesOfAsync(run, cancellation).ConfigureAwait(false);
        await removal.RemoveAsync(await removal.NamedByAsync(notes, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        await removal.RemoveAsync(await removal.ManifestsOfAsync(plan, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        await removal.RemoveAsync(await removal.WorkAsync(cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        await removal.RemoveAsync([.. notes.Select(note => (note.Key, note.ETag))], cancellation).ConfigureAwait(false);
        if (run is not null)
            await removal.RemoveAsync([(RunLayout.Settings, settings!.ETag)], cancellation).ConfigureAwait(false);
        await removal.RemoveAsync([(RunLayout.Plan, planFile.ETag)], cancellation).ConfigureAwait(false);
        return removal.Outcome;
    }

    private static async Task<SmallObject?> ReadAsync(IStore store, string key, CancellationToken cancellation)
        => await store.TryReadAsync(key, LargestNote, cancellation).ConfigureAwait(false) is { IsTruncated: false } whole ? whole : null;

    /// <summary>The run that a note of its own is of: the settings, a page, what is known of a shard.</summary>
    private static string? RunOf(ReadOnlySpan<byte> json) => JsonText.TryReadObject(json).At("run").AsText();

    private sealed class Removal(IStore store, string folder)
    {
        private readonly SortedDictionary<string, StoredObject> _there = new(KeyOrder.Instance);
        private int _files;
        private long _bytes;

        public RemovedRun Outcome => new(_files, _bytes, [.. _there.Keys]);

        public async Task ListAsync(CancellationToken cancellation)
        {
            await foreach (var file in store.ListAsync(folder, cancellation).ConfigureAwait(false))
                _there[file.Key[folder.Length..]] = file;
        }

        /// <summary>The run's notes under <c>work/</c>: its ledger, and what is known of its shards.</summary>
        public async Task<IReadOnlyList<Note>> NotesOfAsync(string run, CancellationToken cancellation)
        {
            var notes = new ConcurrentBag<Note>();
            await ForEachAsync(
                _there.Keys.Where(static key => key.StartsWith(RunLayout.Ledger, StringComparison.Ordinal) || key.StartsWith(RunLayout.ShardNotes, StringComparison.Ordinal)),
                async (key, token) =>
                {
                    if (await ReadAsync(store, folder + key, token).ConfigureAwait(false) is { } note && RunOf(note.Content.Span) == run)
                        notes.Add(new Note(key, note.ETag, LedgerPage.TryParse(note.Content.Span)?.Files ?? []));
                },
                cancellation).ConfigureAwait(false);
            return [.. notes];
        }

        /// <summary>The files that are what the ledger says of them.</summary>
        public async Task<IReadOnlyList<(string Key, string ETag)>> NamedByAsync(IEnumerable<Note> notes, CancellationToken cancellation)
        {
            var lines = notes.SelectMany(static note => note.Files).ToLookup(static line => line.Key, StringComparer.Ordinal);
            var named = new ConcurrentBag<(string, string)>();
            await ForEachAsync(
                _there.Keys.Where(key => key != RunLayout.Plan && lines.Contains(key)),
                async (key, token) =>
                {
                    var there = _there[key];
                    if (lines[key].Any(line => line.IsVersion(there.Size, there.ETag)))
                        named.Add((key, there.ETag));
                    else if (lines[key].Any(line => line.Size == there.Size)
                        && await ObjectHash.TryReadAsync(store, folder + key, token).ConfigureAwait(false) is var (etag, sha256)
                        && lines[key].Any(line => line.IsContent(there.Size, sha256)))
                        named.Add((key, etag));
                },
                cancellation).ConfigureAwait(false);
            return [.. named];
        }

        /// <summary>The manifests, where they are the snapshot that the plan tells of.</summary>
        public async Task<IReadOnlyList<(string Key, string ETag)>> ManifestsOfAsync(RunPlan plan, CancellationToken cancellation)
        {
            var manifests = new List<(string, string)>();
            using var tally = new SnapshotTally();
            for (var shard = 0; shard < plan.Shards; shard++)
            {
                var key = RunLayout.Manifest(shard);
                if (!_there.ContainsKey(key) || await ReadAsync(store, folder + key, cancellation).ConfigureAwait(false) is not { } manifest)
                    continue;
                manifests.Add((key, manifest.ETag));
                if (ManifestEntry.TryReadAll(manifest.Content.Span) is not { } entries)
                    return [];
                foreach (var entry in entries)
                    tally.Add(entry);
            }

            return string.Equals(tally.Fingerprint, plan.Fingerprint, StringComparison.Ordinal) ? manifests : [];
        }

        /// <summary>The workflow's token, and the lock that a dead node left or a laptop's run (an empty file), where they are that.</summary>
        public async Task<IReadOnlyList<(string Key, string ETag)>> WorkAsync(CancellationToken cancellation)
        {
            var work = new List<(string, string)>();
            if (await ReadAsync(store, folder + RunLayout.WaitingTask, cancellation).ConfigureAwait(false) is { } task && WaitingTask.TryParse(task.Content.Span) is not null)
                work.Add((RunLayout.WaitingTask, task.ETag));
            if (await ReadAsync(store, folder + RunLayout.Lock, cancellation).ConfigureAwait(false) is { } held
                && (held.Content.IsEmpty || WriterIdentity.TryParse(held.Content.Span) is not null))
                work.Add((RunLayout.Lock, held.ETag));
            return work;
        }

        /// <summary>Removes the very versions that were looked at.</summary>
        public Task RemoveAsync(IReadOnlyList<(string Key, string ETag)> files, CancellationToken cancellation) => ForEachAsync(
            files,
            async (file, token) =>
            {
                if (!await store.TryDeleteAsync(folder + file.Key, file.ETag, token).ConfigureAwait(false))
                    return;
                lock (_there)
                {
                    if (!_there.Remove(file.Key, out var there))
                        return;
                    _files++;
                    _bytes += Math.Max(0, there.Size);
                }
            },
            cancellation);

        private Task ForEachAsync<T>(IEnumerable<T> items, Func<T, CancellationToken, Task> act, CancellationToken cancellation) => Parallel.ForEachAsync(
            items.ToArray(),
            new ParallelOptions { MaxDegreeOfParallelism = store.ReadsInFlight, CancellationToken = cancellation },
            async (item, token) => await act(item, token).ConfigureAwait(false));
    }

    /// <summary>A note of the run's, and the files that it tells of where it is a page of the ledger.</summary>
    private sealed record Note(string Key, string ETag, IReadOnlyList<LedgerLine> Files);
}

/// <summary>What became of a run's folder.</summary>
/// <param name="Files">How many files were removed.</param>
/// <param name="Bytes">Their size together.</param>
/// <param name="LeftAlone">What else lies there, by its key below the folder, and was not touched.</param>
public sealed record RemovedRun(int Files, long Bytes, IReadOnlyList<string> LeftAlone);
