using Pomona.Contracts;
using Pomona.Job.Runs;
using Pomona.Storage;

namespace Pomona.Job.Pipeline;

/// <summary>
/// An output held against its ledger: what the run wrote and is whole, what is lost, and what is foreign, which is refused.
/// Reads nothing of a file whose size and version are those of its line. Memory grows with the parts of one folder, some
/// hundred bytes each.
/// </summary>
/// <param name="Pages">The files that pages are named after, by folder.</param>
/// <param name="Lost">Of them, those with a file that is not there, or not whole.</param>
/// <param name="Unread">Parts of shards that have images which could not be read.</param>
/// <param name="LostManifests">The lines of lost manifests, by key, and of the plan; they are made again from the listing.</param>
internal sealed record LedgerAudit(
    IReadOnlyDictionary<string, IReadOnlyList<string>> Pages,
    IReadOnlyList<string> Lost,
    IReadOnlyList<string> Unread,
    IReadOnlyDictionary<string, LedgerLine> LostManifests)
{
    /// <summary>The files that are in no folder, as a page's folder.</summary>
    public const string TopLevel = "";

    private static readonly string[] TopLevelFiles = [RunLayout.Sample, RunLayout.Rejected, RunLayout.Quality, RunLayout.Report, RunLayout.Summary, RunLayout.Marker];

    /// <summary>Holds an output against its ledger; writes nothing.</summary>
    /// <param name="output">The run's folder.</param>
    /// <param name="run">The id of the run that is there; null when none is, so that no file is its.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="PomonaException">A foreign file is where a run writes.</exception>
    public static async Task<LedgerAudit> ReadAsync(IStore output, string? run, CancellationToken cancellation)
    {
        var pages = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var (lost, unread) = (new List<string>(), new List<string>());
        var lostManifests = new Dictionary<string, LedgerLine>(StringComparer.Ordinal);
        foreach (var folder in (IEnumerable<string>)[.. RunLayout.Folders, TopLevel])
        {
            var there = await ListAsync(output, folder, cancellation).ConfigureAwait(false);
            var (written, announced) = await PagesAsync(output, folder, cancellation).ConfigureAwait(false);
            if (run is null && (written.Select(RunLayout.PageOf).Concat(announced.Select(RunLayout.AnnouncementOf))).FirstOrDefault() is { } foreign)
                throw Ledger.Foreign(output, foreign);

            var ledger = new Ledger(output, run ?? string.Empty);
            var candidates = new List<LedgerLine>();
            foreach (var file in announced)
            {
                if (await ledger.ReadPageAsync(RunLayout.AnnouncementOf(file), cancellation).ConfigureAwait(false) is not { } page)
                    continue;
                candidates.AddRange(page.Files.Select(static line => line with { Summary = null })); // it names all rejects
                // An attempt that was stopped between its part and its page.
                if (page.Files.Any(static line => line.IsUnread) && !written.Contains(file))
                    unread.Add(file);
            }

            var read = ReadAhead.InOrderAsync(
                written.Count,
                output.ReadsInFlight,
                (number, token) => ledger.ReadPageAsync(RunLayout.PageOf(written[number]), token),
                cancellation);
            var next = 0;
            await foreach (var page in read.ConfigureAwait(false))
            {
                var file = written[next++];
                var isWhole = true;
                foreach (var line in page?.Files ?? [])
                {
                    if (there.Remove(line.Key, out var found)
                        && await IsWholeAsync(output, found, line, candidates, cancellation).ConfigureAwait(false))
                        continue;
                    isWhole = false;
                    if (folder == RunLayout.Manifests)
                        lostManifests[line.Key] = line;
                }

                if (!isWhole)
                    lost.Add(file);
                else if (page?.Files is [{ IsUnread: true }])
                    unread.Add(file);
            }

            await RequireKnownAsync(output, there, candidates, cancellation).ConfigureAwait(false);
            pages[folder] = [.. written.Union(announced, StringComparer.Ordinal)];
        }

        return new LedgerAudit(pages, lost, unread, lostManifests);
    }

    /// <summary>Files of names that a run writes, with their size and version.</summary>
    private static async Task<Dictionary<string, StoredObject>> ListAsync(IStore output, string folder, CancellationToken cancellation)
    {
        var there = new Dictionary<string, StoredObject>(StringComparer.Ordinal);
        if (folder == TopLevel)
        {
            foreach (var file in TopLevelFiles)
            {
                try
                {
                    // One byte tells its version; a listing of the whole output would tell its size, too.
                    if (await output.TryReadAsync(file, 1, cancellation).ConfigureAwait(false) is { } found)
                        there[file] = new StoredObject(file, found.Content.IsEmpty ? 0 : Unlisted, found.ETag, default);
                }
                catch (StoreException odd) when (odd.Fault == StoreFault.Unreadable)
                {
                    throw Ledger.Foreign(output, file);
                }
            }

            return there;
        }

        await foreach (var item in ListThereAsync(output, folder, cancellation).ConfigureAwait(false))
        {
            if (RunLayout.IsOfRun(item.Key))
                there[item.Key] = item;
        }

        return there;
    }

    private const long Unlisted = -1;

    private static async Task<(List<string> Written, List<string> Announced)> PagesAsync(
        IStore output, string folder, CancellationToken cancellation)
    {
        var (written, announced) = (new List<string>(), new List<string>());
        if (folder == TopLevel)
        {
            foreach (var file in TopLevelFiles)
            {
                if (await output.ExistsAsync(RunLayout.PageOf(file), cancellation).ConfigureAwait(false))
                    written.Add(file);
                if (await output.ExistsAsync(RunLayout.AnnouncementOf(file), cancellation).ConfigureAwait(false))
                    announced.Add(file);
            }

            return (written, announced);
        }

        await foreach (var item in ListThereAsync(output, RunLayout.Ledger + folder, cancellation).ConfigureAwait(false))
        {
            if (RunLayout.FileOfPage(item.Key, out var isAnnouncement) is { } file && RunLayout.IsOfRun(file))
                (isAnnouncement ? announced : written).Add(file);
        }

        return (written, announced);
    }

    /// <summary>A listing; nothing where there is no output yet.</summary>
    private static async IAsyncEnumerable<StoredObject> ListThereAsync(
        IStore output, string folder, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var items = output.ListAsync(folder, cancellation).GetAsyncEnumerator(cancellation);
        while (true)
        {
            try
            {
                if (!await items.MoveNextAsync().ConfigureAwait(false))
                    yield break;
            }
            catch (StoreException nothingYet) when (nothingYet.Fault == StoreFault.Missing)
            {
                yield break;
            }

            yield return items.Current;
        }
    }

    /// <summary>Whether a file is as its line says; false when it is short, as a disk may leave it that lost its power.</summary>
    /// <exception cref="PomonaException">It is something else.</exception>
    private static async Task<bool> IsWholeAsync(
        IStore output, StoredObject there, LedgerLine line, IReadOnlyList<LedgerLine> candidates, CancellationToken cancellation)
    {
        if (line.ETag == there.ETag && (there.Size == line.Size || there.Size == Unlisted))
            return true;
        if (await IsContentOfAsync(output, there, [line], cancellation).ConfigureAwait(false))
            return true;
        if ((there.Size != Unlisted && there.Size < line.Size)
            || there.Size == 0
            || await IsContentOfAsync(output, there, candidates, cancellation).ConfigureAwait(false))
            return false;
        throw Ledger.Foreign(output, there.Key);
    }

    /// <summary>Refuses files that no page names, unless this run has announced them, or they hold nothing.</summary>
    private static async Task RequireKnownAsync(
        IStore output, Dictionary<string, StoredObject> left, IReadOnlyList<LedgerLine> candidates, CancellationToken cancellation)
    {
        // Manifests that came with their plan are a snapshot that the workflow took: the run reads it, and writes none.
        var isSnapshotGiven = left.ContainsKey(RunLayout.Plan)
            && !candidates.Any(line => line.Key == RunLayout.Plan);
        foreach (var there in left.Values)
        {
            if (there.Size == 0 || (isSnapshotGiven && there.Key.StartsWith(RunLayout.Manifests, StringComparison.Ordinal)))
                continue;
            if (candidates.Any(line => line.Key == there.Key && there.Size != Unlisted && there.Size < line.Size))
                continue;
            if (!await IsContentOfAsync(output, there, candidates, cancellation).ConfigureAwait(false))
                throw Ledger.Foreign(output, there.Key);
        }
    }

    private static async Task<bool> IsContentOfAsync(
        IStore output, StoredObject there, IEnumerable<LedgerLine> lines, CancellationToken cancellation)
    {
        LedgerLine[] possible =
        [
            .. lines.Where(line => line.Key == there.Key && (there.Size == Unlisted || there.Size == line.Size)),
        ];
        if (possible.Length == 0)
            return false;
        return await ScannedFile.TryReadAsync(output, there.Key, content: null, cancellation).ConfigureAwait(false) is { } file
            && possible.Any(line => line.IsContent(file.Size, file.Sha256));
    }
}
