using System.Runtime.InteropServices;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Job.Runs;

/// <summary>
/// What a run writes, and the proof that it did: every file's size and hash are announced before the file is there, and
/// stand on a page after it (docs/architecture.md). Only what the ledger names, and still is what the ledger says, is
/// replaced or removed; besides, a file may be replaced by one that begins with all that it holds, since nothing is lost.
/// </summary>
/// <param name="output">The run's folder.</param>
/// <param name="run">The run's id, on every page.</param>
internal sealed class Ledger(IStore output, string run)
{
    /// <summary>An output does not change between two requests more often than this, unless somebody else is at work in it.</summary>
    internal const int MostAttempts = 20;

    /// <summary>The line of a file that was written by itself; null when it was not, or not yet.</summary>
    public async Task<LedgerLine?> FindAsync(string key, CancellationToken cancellation)
        => (await ReadPageAsync(RunLayout.PageOf(key), cancellation).ConfigureAwait(false))?.Files is [var line] ? line : null;

    /// <summary>The line of a file that must have been written by now.</summary>
    /// <exception cref="PomonaException">It was not.</exception>
    public async Task<LedgerLine> GetAsync(string key, CancellationToken cancellation)
        => await FindAsync(key, cancellation).ConfigureAwait(false)
            ?? throw new PomonaException(
                ExitCode.Conflict,
                $"{RunLayout.PageOf(key)} in {output.Address} has gone while the run was using it: run the same command again.");

    /// <summary>Reads a file that was written, as it was written.</summary>
    /// <exception cref="PomonaException">What is there is something else.</exception>
    public async Task<PooledBytes> ReadAsync(LedgerLine line, CancellationToken cancellation)
    {
        try
        {
            return await output.ReadAsync(line.Key, line.ETag, cancellation).ConfigureAwait(false);
        }
        catch (StoreException moved) when (moved.Fault == StoreFault.Changed)
        {
            // A copy of the folder has other versions of the same content.
        }

        var bytes = await output.ReadAsync(line.Key, etag: null, cancellation).ConfigureAwait(false);
        if (line.IsContent(bytes.Span))
            return bytes;
        bytes.Dispose();
        throw Foreign(output, line.Key);
    }

    /// <summary>
    /// Writes a file of which several attempts may be under way, here and elsewhere: the first one that is there stays, and
    /// with it what its attempt has announced.
    /// </summary>
    /// <returns>The line of the file that is there.</returns>
    /// <exception cref="PomonaException">A foreign file is in its place, or its images are not those any more.</exception>
    public async Task<LedgerLine> CreateAsync(
        string key, ReadOnlyMemory<byte> content, ShardSummary? summary, CancellationToken cancellation)
    {
        var mine = LedgerLine.Of(key, content.Span, summary);
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            if (await FindAsync(key, cancellation).ConfigureAwait(false) is { } done)
                return done;

            var announced = await AnnounceAsync(key, [mine], cancellation).ConfigureAwait(false);
            if (announced.Page.Files.FirstOrDefault(line => line.IsPromised) is { Summary: { } promised } && !promised.IsOfSameImages(summary))
            {
                throw new PomonaException(
                    ExitCode.Conflict,
                    $"{key} in {output.Address} was lost, and cannot be computed again, because some of its images have changed or gone: "
                    + "choose another --output, or start over with --restart.");
            }

            var (line, etag) = (mine, await output.TryCreateAsync(key, content, cancellation).ConfigureAwait(false));
            if (etag is null)
            {
                if (await TryReadWholeAsync(key, cancellation).ConfigureAwait(false) is not { } there)
                    continue;

                // Another attempt's, which has announced it; or this one's, whose answer was lost.
                etag = there.ETag;
                var known = await ReadPageAsync(RunLayout.AnnouncementOf(key), cancellation).ConfigureAwait(false);
                LedgerLine[] same = [.. known?.Files.Where(other => other.IsContent(there.Content.Span)) ?? []];
                if (same.FirstOrDefault(other => !other.IsWithdrawn) is { } first)
                    line = first;
                else if (same.Length > 0 || IsBeginningOf(there.Content.Span, content.Span))
                    etag = await output.TryReplaceAsync(key, there.ETag, content, cancellation).ConfigureAwait(false);
                else if (await FindAsync(key, cancellation).ConfigureAwait(false) is not { } written)
                    throw Foreign(output, key);
                else
                    return written;
                if (etag is null)
                    continue;
            }

            line = line with { ETag = etag, IsPromised = false };
            var isFirst = await output.TryCreateAsync(
                RunLayout.PageOf(key), new LedgerPage(run, [line]).ToJson(), cancellation).ConfigureAwait(false) is not null;
            var standing = isFirst ? line : await FindAsync(key, cancellation).ConfigureAwait(false);
            if (standing is null)
                continue;
            await output.DeleteAsync(RunLayout.AnnouncementOf(key), cancellation).ConfigureAwait(false);
            return standing;
        }

        throw Restless(output, key);
    }

    /// <summary>
    /// Writes files in place of what this run has written there before. Only for the one process that holds the output's
    /// lock.
    /// </summary>
    /// <param name="files">The files; the page is named after the first.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="PomonaException">A foreign file is in the place of one of them.</exception>
    public Task WriteAsync(
        IReadOnlyList<(string Key, ReadOnlyMemory<byte> Content)> files, CancellationToken cancellation)
        => WriteAsync([.. files.Select(file => (file.Key, StreamOf(file.Content)))], cancellation);

    /// <inheritdoc cref="WriteAsync(IReadOnlyList{ValueTuple{string, ReadOnlyMemory{byte}}}, CancellationToken)"/>
    public Task WriteAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
        => WriteAsync([(key, StreamOf(content))], cancellation);

    /// <inheritdoc cref="WriteAsync(IReadOnlyList{ValueTuple{string, ReadOnlyMemory{byte}}}, CancellationToken)"/>
    public Task WriteAsync(string key, Stream content, CancellationToken cancellation)
        => WriteAsync([(key, content)], cancellation);

    /// <summary>Writes the file after which nothing may be written any more: its announcement stays instead of a page.</summary>
    public async Task WriteLastAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var stream = StreamOf(content);
        var announced = await AnnounceAsync(key, [LedgerLine.Of(key, stream)], cancellation).ConfigureAwait(false);
        await PlaceAsync(key, stream, announced.Page.Files, cancellation).ConfigureAwait(false);
    }

    /// <summary>Writes a file where there is none, or one that begins with all that is there.</summary>
    /// <exception cref="PomonaException">A foreign file is in its place.</exception>
    public Task PlaceAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
        => PlaceAsync(key, StreamOf(content), [], cancellation);

    /// <summary>
    /// Removes the files of a page and the page after them, so that what an interrupted removal leaves still has its line.
    /// A file that is not what its line says is not the run's any more, and stays.
    /// </summary>
    /// <param name="key">The file that the page is named after.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task RemoveAsync(string key, CancellationToken cancellation)
    {
        var page = await FindPageAsync(RunLayout.PageOf(key), cancellation).ConfigureAwait(false);
        var announced = await FindPageAsync(RunLayout.AnnouncementOf(key), cancellation).ConfigureAwait(false);
        IEnumerable<LedgerLine> known = [.. page?.Page.Files ?? [], .. announced?.Page.Files ?? []];
        foreach (var file in known.GroupBy(line => line.Key, StringComparer.Ordinal))
        {
            if (await OwnVersionAsync(file.Key, [.. file], cancellation).ConfigureAwait(false) is { } version)
                await output.TryDeleteAsync(file.Key, version, cancellation).ConfigureAwait(false);
        }

        if (page is not null)
            await RemoveVersionAsync(RunLayout.PageOf(key), page.ETag, cancellation).ConfigureAwait(false);
        if (announced is not null)
            await RemoveVersionAsync(RunLayout.AnnouncementOf(key), announced.ETag, cancellation).ConfigureAwait(false);
    }

    /// <summary>Removes the version of one of the run's own files that was read.</summary>
    /// <exception cref="PomonaException">Somebody has written another one since.</exception>
    public async Task RemoveVersionAsync(string key, string etag, CancellationToken cancellation)
    {
        // A removal whose answer was lost is sent again, and finds nothing.
        if (!await output.TryDeleteAsync(key, etag, cancellation).ConfigureAwait(false)
            && await output.ExistsAsync(key, cancellation).ConfigureAwait(false))
            throw Restless(output, key);
    }

    /// <summary>Withdraws a page whose file was lost, so that the file is made again.</summary>
    /// <param name="key">The file that the page is named after.</param>
    /// <param name="isPromised">Whether what is made again must be of the same images.</param>
    /// <param name="cancellation">Stops it.</param>
    public Task WithdrawLostAsync(string key, bool isPromised, CancellationToken cancellation)
        => WithdrawAsync(key, lost => isPromised ? lost with { ETag = null, IsPromised = true } : null, cancellation);

    /// <summary>
    /// Withdraws the page of a file that is there, so that it is made again in its place. Nothing but pages is removed: a
    /// cluster's nodes may not.
    /// </summary>
    /// <param name="key">The file.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task WithdrawAsync(string key, CancellationToken cancellation)
    {
        await WithdrawAsync(key, Withdrawn, cancellation).ConfigureAwait(false);
        // What was stopped before its page stands in the announcement alone.
        var place = RunLayout.AnnouncementOf(key);
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            if (await FindPageAsync(place, cancellation).ConfigureAwait(false) is not { } found || !found.Page.Files.Any(line => line.IsUnread))
                return;
            var json = (found.Page with { Files = [.. found.Page.Files.Select(line => line.IsUnread ? Withdrawn(line) : line)] }).ToJson();
            if (await output.TryReplaceAsync(place, found.ETag, json, cancellation).ConfigureAwait(false) is not null)
                return;
        }

        throw Restless(output, place);

        static LedgerLine Withdrawn(LedgerLine there) => there with { ETag = null, Summary = null, IsWithdrawn = true };
    }

    private async Task WithdrawAsync(string key, Func<LedgerLine, LedgerLine?> announcement, CancellationToken cancellation)
    {
        if (await FindPageAsync(RunLayout.PageOf(key), cancellation).ConfigureAwait(false) is not { } found)
            return;
        if (found.Page.Files is [var file] && announcement(file) is { } line)
            await AnnounceAsync(key, [line], cancellation).ConfigureAwait(false);
        await RemoveVersionAsync(RunLayout.PageOf(key), found.ETag, cancellation).ConfigureAwait(false);
    }

    /// <summary>Reads a page or an announcement; null when there is none.</summary>
    /// <exception cref="PomonaException">What is there is no page of this run.</exception>
    public async Task<LedgerPage?> ReadPageAsync(string page, CancellationToken cancellation)
        => (await FindPageAsync(page, cancellation).ConfigureAwait(false))?.Page;

    /// <summary>What is said of a file that stands where one of the run's would, and that the run did not write.</summary>
    public static PomonaException Foreign(IStore output, string key) => new(
        ExitCode.Conflict,
        $"{Printable.Excerpt(key)} in {output.Address} is not what a run of this output wrote, and is left alone: move it away, or "
        + "choose another --output.");

    private static bool IsBeginningOf(ReadOnlySpan<byte> there, ReadOnlySpan<byte> content)
        => there.Length < content.Length && content.StartsWith(there);

    private LedgerPage Parse(string page, ReadOnlySpan<byte> json)
        => LedgerPage.TryParse(json) is { } parsed && string.Equals(parsed.Run, run, StringComparison.Ordinal)
            ? parsed
            : throw Foreign(output, page);

    private async Task<FoundPage?> FindPageAsync(string page, CancellationToken cancellation)
        => await TryReadWholeAsync(page, cancellation).ConfigureAwait(false) is { } found
            ? new FoundPage(Parse(page, found.Content.Span), found.ETag)
            : null;

    private async Task WriteAsync(IReadOnlyList<(string Key, Stream Content)> files, CancellationToken cancellation)
    {
        var lines = files.Select(file => LedgerLine.Of(file.Key, file.Content)).ToArray();
        var page = RunLayout.PageOf(files[0].Key);
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var before = await FindPageAsync(page, cancellation).ConfigureAwait(false);
            var announced = await AnnounceAsync(files[0].Key, lines, cancellation).ConfigureAwait(false);
            LedgerLine[] known = [.. announced.Page.Files, .. before?.Page.Files ?? []];
            await Parallel.ForEachAsync(
                Enumerable.Range(0, lines.Length),
                new ParallelOptions { MaxDegreeOfParallelism = output.ReadsInFlight, CancellationToken = cancellation },
                async (number, token) => lines[number] = lines[number] with
                {
                    ETag = await PlaceAsync(files[number].Key, files[number].Content, known, token).ConfigureAwait(false),
                }).ConfigureAwait(false);

            var json = new LedgerPage(run, lines).ToJson();
            // Refused: another process was here in between; or this one, whose answer was lost.
            if (await output.TryWriteAsync(page, before?.ETag, json, cancellation).ConfigureAwait(false) is null
                && !(await TryReadWholeAsync(page, cancellation).ConfigureAwait(false) is { } there && there.Content.Span.SequenceEqual(json)))
                continue;

            // One that has grown since is of somebody who has still to write.
            await output.TryDeleteAsync(RunLayout.AnnouncementOf(files[0].Key), announced.ETag, cancellation).ConfigureAwait(false);
            return;
        }

        throw Restless(output, page);
    }

    /// <summary>Writes a file where there is none or one of the run's own; its version.</summary>
    private async Task<string> PlaceAsync(
        string key, Stream content, IReadOnlyList<LedgerLine> known, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            if (await output.TryCreateAsync(key, content, cancellation).ConfigureAwait(false) is { } created)
                return created;
            if (await ScannedFile.TryReadAsync(output, key, content, cancellation).ConfigureAwait(false) is not { } there)
                continue;
            if (there.IsBeginning && there.Size == content.Length)
                return there.ETag;
            if (!there.IsBeginning
                && !known.Any(line => string.Equals(line.Key, key, StringComparison.Ordinal) && line.IsContent(there.Size, there.Sha256)))
                throw Foreign(output, key);

            // The very version that was looked at: what somebody has written since is looked at, too.
            if (await output.TryReplaceAsync(key, there.ETag, content, cancellation).ConfigureAwait(false) is { } replaced)
                return replaced;
        }

        throw Restless(output, key);
    }

    /// <summary>Adds lines to the announcement of a file's page; the whole announcement.</summary>
    private async Task<FoundPage> AnnounceAsync(
        string key, IReadOnlyList<LedgerLine> lines, CancellationToken cancellation)
    {
        var place = RunLayout.AnnouncementOf(key);
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var first = new LedgerPage(run, lines);
            if (await output.TryCreateAsync(place, first.ToJson(), cancellation).ConfigureAwait(false) is { } created)
                return new FoundPage(first, created);
            if (await FindPageAsync(place, cancellation).ConfigureAwait(false) is not { } there)
                continue;

            var standing = there.Page.Files;
            LedgerLine[] more = [.. lines.Where(line => !standing.Any(other => other.Key == line.Key && other.Sha256 == line.Sha256
                && other.IsWithdrawn == line.IsWithdrawn && (other.IsPromised || !line.IsPromised)))];
            if (more.Length == 0)
                return there;
            var all = new LedgerPage(run, [.. standing, .. more]);
            if (await output.TryReplaceAsync(place, there.ETag, all.ToJson(), cancellation).ConfigureAwait(false) is { } replaced)
                return new FoundPage(all, replaced);
        }

        throw Restless(output, place);
    }

    /// <summary>The version of a file that is there, where it is what one of the lines says, or empty; null where it is not.</summary>
    private async Task<string?> OwnVersionAsync(string key, IReadOnlyList<LedgerLine> lines, CancellationToken cancellation)
    {
        if (await output.TryReadAsync(key, 0, cancellation).ConfigureAwait(false) is not { } version)
            return null;
        if (lines.Any(line => string.Equals(line.ETag, version.ETag, StringComparison.Ordinal)))
            return version.ETag;
        return await ScannedFile.TryReadAsync(output, key, content: null, cancellation).ConfigureAwait(false) is { } there
            && (there.Size == 0 || lines.Any(line => line.IsContent(there.Size, there.Sha256))) ? there.ETag : null;
    }

    private static MemoryStream StreamOf(ReadOnlyMemory<byte> content)
        => MemoryMarshal.TryGetArray(content, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(content.ToArray(), writable: false);

    private async Task<SmallObject?> TryReadWholeAsync(string key, CancellationToken cancellation)
    {
        try
        {
            return await output.TryReadAsync(key, Array.MaxLength, cancellation).ConfigureAwait(false);
        }
        catch (StoreException odd) when (odd.Fault == StoreFault.Unreadable)
        {
            // A folder, a pipe, a device: no run writes such.
            throw Foreign(output, key);
        }
    }

    internal static PomonaException Restless(IStore output, string key) => new(
        ExitCode.Conflict, $"{key} in {output.Address} keeps changing while it is written: end what else writes there, then run the same command again.");

    private sealed record FoundPage(LedgerPage Page, string ETag);
}
