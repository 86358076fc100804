using System.Collections.Concurrent;
using System.Security.Cryptography;
using Pomona.Contracts;

namespace Pomona.Storage;

/// <summary>
/// A run's results on their way out of a store into a folder. Every file is written aside and renamed, and is held against the sum
/// that the run's ledger has of it; one that is there already is left, if it is the same. The marker comes last, so that a folder
/// with it is whole; the same call goes on with what broke off.
/// </summary>
/// <param name="store">Where the run is.</param>
/// <param name="run">The run's folder there, with its slash.</param>
public sealed class RunDownload(IStore store, string run)
{
    private const int AtOnce = 8;
    private const int LargestPage = 64 * 1024 * 1024;

    /// <summary>Copies the run's results.</summary>
    /// <param name="folder">Where to: a folder, which may be there.</param>
    /// <param name="done">Told how many files are there, of how many; from several threads.</param>
    /// <param name="cancellation">Gives up; what is there stays.</param>
    /// <param name="isWanted">Which of them, by their keys below the run's folder; null for all.</param>
    /// <exception cref="PomonaException">There is no such run, the folder holds something else, or a file is not what the run wrote.</exception>
    /// <exception cref="StoreException">The store or the folder fails.</exception>
    public async Task<DownloadedRun> CopyAsync(
        string folder, Action<int, int> done, CancellationToken cancellation, Func<string, bool>? isWanted = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(done);
        var (all, pages) = await ListAsync(cancellation).ConfigureAwait(false);
        var results = all.Where(file => isWanted?.Invoke(file.Key) ?? true).ToArray();
        if (results.Length == 0)
            throw new PomonaException(ExitCode.Input, $"there are no results of a run under {store.Address}{run}.");

        var sums = await SumsAsync(pages, cancellation).ConfigureAwait(false);
        using var target = new FolderStore(Path.GetFullPath(folder));
        // First all that is there: nothing is written into a folder that holds something else.
        var there = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in results)
        {
            if (!await target.ExistsAsync(file.Key, cancellation).ConfigureAwait(false))
                continue;
            if (!await IsThisAsync(target, file, sums, cancellation).ConfigureAwait(false))
            {
                throw new PomonaException(
                    ExitCode.Conflict,
                    $"'{Printable.Excerpt(file.Key)}' in {Printable.Excerpt(folder)} is another file than the run's, and is left alone: choose another folder, or move it away.");
            }

            there.Add(file.Key);
        }

        var (ready, copied, bytes) = (there.Count, 0, 0L);
        done(ready, results.Length);
        var missing = results.Where(file => !there.Contains(file.Key)).ToArray();
        await Parallel.ForEachAsync(
            missing.Where(static file => file.Key != RunLayout.Marker),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (file, cancel) => await CopyOneAsync(file, cancel).ConfigureAwait(false)).ConfigureAwait(false);
        foreach (var marker in missing.Where(static file => file.Key == RunLayout.Marker))
            await CopyOneAsync(marker, cancellation).ConfigureAwait(false);
        return new DownloadedRun(copied, there.Count, bytes, results.Any(static file => file.Key == RunLayout.Marker));

        async Task CopyOneAsync(StoredObject file, CancellationToken cancel)
        {
            using var content = await store.ReadAsync(run + file.Key, file.ETag, cancel).ConfigureAwait(false);
            if (sums.TryGetValue(file.Key, out var lines) && !lines.Any(line => line.IsContent(content.Span)))
            {
                throw new PomonaException(
                    ExitCode.Input,
                    $"'{Printable.Excerpt(file.Key)}' under {store.Address}{run} is not what the run wrote (its ledger has another sum): it was not taken over.");
            }

            using var stream = content.AsStream();
            if (await target.TryCreateAsync(file.Key, stream, cancel).ConfigureAwait(false) is null)
                throw new PomonaException(ExitCode.Conflict, $"'{Printable.Excerpt(file.Key)}' in {Printable.Excerpt(folder)} came there meanwhile, and is left alone.");
            Interlocked.Increment(ref copied);
            Interlocked.Add(ref bytes, content.Length);
            done(Interlocked.Increment(ref ready), results.Length);
        }
    }

    /// <summary>What the run has written, by its key below the run's folder, and the pages of its ledger.</summary>
    private async Task<(List<StoredObject> Results, List<string> Pages)> ListAsync(CancellationToken cancellation)
    {
        var (results, pages) = (new List<StoredObject>(), new List<string>());
        await foreach (var found in store.ListAsync(run, cancellation).ConfigureAwait(false))
        {
            var key = found.Key[run.Length..];
            if (key.StartsWith(RunLayout.Ledger, StringComparison.Ordinal))
                pages.Add(found.Key);
            else if (!key.StartsWith(RunLayout.Work, StringComparison.Ordinal) && RunLayout.IsOfRun(key))
                results.Add(found with { Key = key });
        }

        return (results, pages);
    }

    private async Task<IReadOnlyDictionary<string, IReadOnlyList<LedgerLine>>> SumsAsync(List<string> pages, CancellationToken cancellation)
    {
        var lines = new ConcurrentBag<LedgerLine>();
        await Parallel.ForEachAsync(
            pages,
            new ParallelOptions { MaxDegreeOfParallelism = store.ReadsInFlight, CancellationToken = cancellation },
            async (key, cancel) =>
            {
                if (await store.TryReadAsync(key, LargestPage, cancel).ConfigureAwait(false) is { IsTruncated: false } page
                    && LedgerPage.TryParse(page.Content.Span) is { } parsed)
                {
                    foreach (var line in parsed.Files)
                        lines.Add(line);
                }
            }).ConfigureAwait(false);
        return lines.GroupBy(static line => line.Key, StringComparer.Ordinal)
            .ToDictionary(static group => group.Key, static group => (IReadOnlyList<LedgerLine>)[.. group], StringComparer.Ordinal);
    }

    /// <summary>Whether the file that is there is the run's: by its sum, or, where no ledger has one, byte by byte.</summary>
    private async Task<bool> IsThisAsync(
        FolderStore target, StoredObject file, IReadOnlyDictionary<string, IReadOnlyList<LedgerLine>> sums, CancellationToken cancellation)
    {
        using var here = await target.ReadAsync(file.Key, etag: null, cancellation).ConfigureAwait(false);
        if (here.Length != file.Size)
            return false;
        if (sums.TryGetValue(file.Key, out var lines))
            return lines.Any(line => line.IsContent(here.Span));
        using var there = await store.ReadAsync(run + file.Key, file.ETag, cancellation).ConfigureAwait(false);
        return SHA256.HashData(here.Span).AsSpan().SequenceEqual(SHA256.HashData(there.Span));
    }
}

/// <summary>What became of a download.</summary>
/// <param name="Copied">Files that were copied.</param>
/// <param name="There">Files that were there already.</param>
/// <param name="Bytes">The size of what was copied.</param>
/// <param name="IsWhole">Whether the run has finished, so that these are all its results.</param>
public sealed record DownloadedRun(int Copied, int There, long Bytes, bool IsWhole);
