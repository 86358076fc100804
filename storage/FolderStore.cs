using System.Buffers;
using System.Globalization;
using System.IO.Enumeration;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Pomona.Contracts;

namespace Pomona.Storage;

/// <summary>
/// A local folder as a store. A file is written beside its place, flushed to the disk and renamed, so that a file that is
/// there is whole, whatever was killed. An ETag is the file's size and change time, and no file is replaced by one of the same.
/// </summary>
/// <param name="root">The folder, without links on its way where <paramref name="isClosed"/>.</param>
/// <param name="isClosed">
/// Whether links that lead out of the folder are refused when they are read. A listing gives them: whoever lists a folder of
/// their own means what it links to, but a list that somebody else has written need not.
/// </param>
public sealed class FolderStore(string root, bool isClosed = false) : IStore
{
    /// <summary>How the name of a file that is still being written begins; the next run under the lock removes these.</summary>
    private const string Unfinished = ".unfinished-";

    /// <summary>
    /// Open in the one process that compares a version and then changes it: no file system does both in one step. It stays,
    /// empty and unlisted, where an object was ever replaced or removed by its version; beside a run's lock, since only what
    /// a run writes is.
    /// </summary>
    private const string Guard = RunLayout.Work + Unfinished + "guard";

    private static readonly EnumerationOptions ListEverything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private static readonly TimeSpan GuardPoll = TimeSpan.FromMilliseconds(2);

    private readonly SemaphoreSlim _guardTurn = new(1);

    private const int LargestNote = 4096;
    private const int ScanPiece = 1 << 17;
    private const int RandomName = 12; // of Path.GetRandomFileName: eight characters, a dot, three
    private static readonly SearchValues<char> RandomCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz012345.");
    private const int NoSpaceLeft = 28; // ENOSPC
    private const int QuotaExceeded = 122; // EDQUOT
    private const int ReadError = 5; // EIO
    private const int ReadOnly = 30; // EROFS
    private const int LinkToItself = 40; // ELOOP
    private const int LinkToItselfOnMacOS = 62;
    private static readonly char[] PathSeparators = [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar];
    private const int SharingViolation = unchecked((int)0x80070020); // ERROR_SHARING_VIOLATION, on Windows

    /// <inheritdoc/>
    public string Address => root;

    /// <inheritdoc/>
    /// <remarks>Local reads are mostly served from memory; a few per core hide the latency of a disk.</remarks>
    public int ReadsInFlight => Math.Max(8, 2 * Environment.ProcessorCount);

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(
        string below,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        // What is a folder; the tree is walked with a stack of sorted folders, the deepest on top.
        var start = Path.Combine(root, below);
        if (!Directory.Exists(start))
        {
            // As in S3, below an unused prefix there is nothing; only a store that is not there at all is an error.
            if (below.Length > 0 && Directory.Exists(root))
                yield break;

            throw File.Exists(start.TrimEnd('/'))
                ? new StoreException(StoreFault.Missing, $"'{Printable.Excerpt(start)}' is a file, not a folder")
                : new StoreException(StoreFault.Missing, $"there is no folder '{Printable.Excerpt(start)}'");
        }

        var open = new Stack<(string Key, (ulong, ulong) Identity, IEnumerator<FolderEntry> Entries)>();
        var first = PosixFile.TryLook(start);
        open.Push((below, (first?.Device ?? 0, first?.Inode ?? 0), Sorted(start).GetEnumerator()));
        while (open.TryPeek(out var folder))
        {
            cancellation.ThrowIfCancellationRequested();
            if (!folder.Entries.MoveNext())
            {
                open.Pop();
                continue;
            }

            var entry = folder.Entries.Current;
            var key = folder.Key + entry.Name;
            if (!entry.IsFolder)
            {
                yield return new StoredObject(key, entry.Size, entry.ETag, entry.Changed);
                continue;
            }

            // A link back to a folder that is being walked would never end. Windows tells no identities; there no link is followed.
            var identity = (entry.Device, entry.Inode);
            if (entry.IsLink && (identity == default || open.Any(outer => outer.Identity == identity)))
                continue;

            if (TrySorted(Path.Combine(root, key)) is { } entries)
                open.Push((key + "/", identity, entries.GetEnumerator()));
            else
                yield return new StoredObject(key + "/", 0, ManifestEntry.Unreadable, default);
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<PooledBytes> ReadAsync(string key, string? etag, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var path = PathOf(key);
        try
        {
            if (isClosed && PosixFile.RealPath(path) is { } real && !real.StartsWith(Path.TrimEndingDirectorySeparator(root) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                throw Outside(key);
            using var file = PosixFile.OpenForReading(path);
            var facts = PosixFile.Look(file);
            if (etag is not null && !string.Equals(etag, ETagOf(facts), StringComparison.Ordinal))
                throw new StoreException(StoreFault.Changed, $"'{Printable.Excerpt(key)}' has changed since the snapshot");

            var bytes = new PooledBytes((int)Math.Clamp(facts.Size + 1, 1, Array.MaxLength));
            try
            {
                bytes.Fill(file);
                return Task.FromResult(bytes);
            }
            catch
            {
                bytes.Dispose();
                throw;
            }
        }
        catch (IOException cause) when (cause.HResult == ReadError && Directory.Exists(root))
        {
            // One bad sector is one file's; a disk that has gone takes its root along.
            throw new StoreException(StoreFault.Unreadable, "the disk cannot read it", cause);
        }
        catch (Exception cause) when (Failure(cause, key) is { } failure)
        {
            throw failure;
        }
    }

    /// <inheritdoc/>
    public Task<SmallObject?> TryReadAsync(string key, int most, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            using var file = PosixFile.OpenForReading(PathOf(key));
            var facts = PosixFile.Look(file);
            var content = new byte[Math.Min(most, facts.Size)];
            var read = 0;
            for (int more; read < content.Length && (more = RandomAccess.Read(file, content.AsSpan(read), read)) > 0;)
                read += more;
            return Task.FromResult<SmallObject?>(
                new SmallObject(content.AsMemory(0, read), ETagOf(facts), facts.Size > most));
        }
        catch (Exception cause) when (cause is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<SmallObject?>(null);
        }
        catch (StoreException failure)
        {
            throw new StoreException(failure.Fault, $"'{Printable.Excerpt(key)}' in {Printable.Excerpt(root)}: {failure.Message}", failure);
        }
        catch (Exception cause) when (Failure(cause, key) is { } failure)
        {
            throw failure;
        }
    }

    /// <inheritdoc/>
    public Task<string?> TryScanAsync(string key, Func<Action<ReadOnlyMemory<byte>>> begin, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(begin);
        var piece = ArrayPool<byte>.Shared.Rent(ScanPiece);
        try
        {
            using var file = PosixFile.OpenForReading(PathOf(key));
            var etag = ETagOf(PosixFile.Look(file));
            var take = begin();
            long read = 0;
            for (int more; (more = RandomAccess.Read(file, piece, read)) > 0; read += more)
            {
                cancellation.ThrowIfCancellationRequested();
                take(piece.AsMemory(0, more));
            }

            return Task.FromResult<string?>(etag);
        }
        catch (Exception cause) when (cause is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<string?>(null);
        }
        catch (Exception cause) when (Failure(cause, key) is { } failure)
        {
            throw failure;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(string key, CancellationToken cancellation) => Task.FromResult(File.Exists(PathOf(key)));

    /// <inheritdoc/>
    public Task WriteAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
        => Put(key, Writing(content), overwrite: true, cancellation);

    /// <inheritdoc/>
    public Task<string?> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
        => Put(key, Writing(content), overwrite: false, cancellation);

    /// <inheritdoc/>
    public Task<string?> TryCreateAsync(string key, Stream content, CancellationToken cancellation)
        => Put(key, Writing(content), overwrite: false, cancellation);

    /// <inheritdoc/>
    public Task<string?> TryReplaceAsync(
        string key, string etag, ReadOnlyMemory<byte> content, CancellationToken cancellation)
        => TryReplaceAsync(key, etag, Writing(content), cancellation);

    /// <inheritdoc/>
    public Task<string?> TryReplaceAsync(string key, string etag, Stream content, CancellationToken cancellation)
        => TryReplaceAsync(key, etag, Writing(content), cancellation);

    /// <inheritdoc/>
    public Task<bool> TryDeleteAsync(string key, string etag, CancellationToken cancellation) => GuardedAsync(
        async () =>
        {
            if (!HasVersion(key, etag))
                return false;

            await DeleteAsync(key, cancellation).ConfigureAwait(false);
            return true;
        },
        cancellation);

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellation)
    {
        try
        {
            File.Delete(PathOf(key));
        }
        catch (DirectoryNotFoundException)
        {
            // Not there: nothing to remove.
        }
        catch (Exception cause) when (Failure(cause, key) is { } failure)
        {
            throw failure;
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<IWriterLock> LockAsync(string key, TimeProvider time, CancellationToken cancellation)
    {
        var path = PathOf(key);
        var holder = Path.ChangeExtension(key, ".holder.json");
        SafeFileHandle? file = null;
        try
        {
            RequireRoom();
            if (await TryReadAsync(holder, LargestNote, cancellation).ConfigureAwait(false) is { Content.IsEmpty: false }
                && (await Note().FindAsync(cancellation).ConfigureAwait(false))?.Holder is not { IsWriter: true })
                throw WriterIdentity.Foreign(root, holder);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            // The operating system gives the file up when the process ends, however it ends.
            file = TryLock(path);
            if (file is null)
            {
                throw WriterIdentity.Conflict(root, (await Note().FindAsync(cancellation).ConfigureAwait(false))?.Holder);
            }

            RemoveUnfinished();
            await WriteAsync(
                holder,
                JsonSerializer.SerializeToUtf8Bytes(WriterIdentity.Current(time), StorageJson.Default.WriterIdentity),
                cancellation).ConfigureAwait(false);
            var taken = new FolderLock(file, PathOf(holder));
            file = null;
            return taken;
        }
        catch (Exception cause) when (Failure(cause, key) is { } failure)
        {
            throw failure;
        }
        finally
        {
            file?.Dispose();
        }

        Claim<WriterIdentity> Note() => new(this, holder, StorageJson.Default.WriterIdentity);
    }

    /// <inheritdoc/>
    public void Dispose() => _guardTurn.Dispose();

    private static string ETagOf(FileFacts facts) => string.Create(CultureInfo.InvariantCulture, $"{facts.Size:x}-{facts.Changed:x}");

    /// <summary>The version of the file that is there, or null.</summary>
    private static string? ETagOf(string path)
        => PosixFile.TryLook(path) is { Kind: FileType.Regular } facts ? ETagOf(facts) : null;

    private static IOException NotAFolder(string path) => new($"'{path}' is not a folder");

    /// <summary>Opens a file for this process alone; null when another has it, or another part of this one.</summary>
    /// <exception cref="StoreException">Of the file system's locks none excludes anybody.</exception>
    private SafeFileHandle? TryLock(string path)
    {
        SafeFileHandle file;
        try
        {
            file = PosixFile.OpenOrCreate(path);
        }
        catch (IOException held) when (held.HResult == SharingViolation)
        {
            return null;
        }

        try
        {
            if (!PosixFile.TryLock(file, path))
            {
                file.Dispose();
                return null;
            }

            if (!OperatingSystem.IsWindows())
            {
                using var second = PosixFile.OpenOrCreate(path);
                if (PosixFile.TryLock(second, path))
                    throw new IOException("a second lock was granted");
            }

            return file;
        }
        catch (IOException cause)
        {
            file.Dispose();
            if (FileHandles.RanOut(cause))
                throw;
            throw new StoreException(
                StoreFault.Unnameable,
                $"the file system of {Printable.Excerpt(root)} has no locks that keep a second run out ({cause.Message.TrimEnd('.')})",
                cause);
        }
    }

    /// <summary>Says what is in the way of the root, before anything less clear does.</summary>
    private void RequireRoom()
    {
        for (var path = Path.TrimEndingDirectorySeparator(root); path is { Length: > 0 }; path = Path.GetDirectoryName(path))
        {
            if (PosixFile.TryLook(path, followLinks: false) is not { } facts)
                continue;

            var target = facts.Kind == FileType.Link ? PosixFile.TryLook(path)?.Kind : facts.Kind;
            if (target == FileType.Folder)
                return;

            var what = target switch
            {
                FileType.Regular => "is a file, not a folder",
                null => "is a link that leads nowhere",
                _ => "is a device, a pipe or a socket, not a folder",
            };
            throw new StoreException(StoreFault.Unnameable, $"'{Printable.Excerpt(path)}' {what}");
        }
    }

    /// <summary>A folder's entries; null when this one folder, of all, cannot be listed.</summary>
    private List<FolderEntry>? TrySorted(string path)
    {
        try
        {
            return Sorted(path);
        }
        catch (StoreException failure) when (failure.Fault is StoreFault.Forbidden or StoreFault.Missing or StoreFault.Unnameable
            && Directory.Exists(root))
        {
            return null;
        }
    }

    private List<FolderEntry> Sorted(string path)
    {
        try
        {
            var entries = new List<FolderEntry>();
            HashSet<string>? unreadableNames = null;
            foreach (var (listed, isFolder) in new FileSystemEnumerable<(string, bool)>(
                path, static (ref entry) => (entry.FileName.ToString(), entry.IsDirectory), ListEverything))
            {
                if (listed.StartsWith(Unfinished, StringComparison.Ordinal))
                    continue;

                var name = listed;
                if (name.Contains('\uFFFD', StringComparison.Ordinal))
                {
                    // Bytes that are not UTF-8 all read as U+FFFD: two such files must still be two images.
                    unreadableNames ??= new HashSet<string>(StringComparer.Ordinal);
                    while (!unreadableNames.Add(name))
                        name = "\uFFFD" + name;
                }

                entries.Add(Entry(name, Path.Combine(path, listed), isFolder));
            }

            // Folders sort as if their name ended with the slash that follows it in keys, so that a walk in this order
            // yields whole keys in order, as S3 does.
            entries.Sort(static (a, b) => KeyOrder.Instance.Compare(a.SortName, b.SortName));
            return entries;
        }
        catch (Exception cause) when (Failure(cause, path) is { } failure)
        {
            throw failure;
        }
    }

    private static FolderEntry Entry(string name, string path, bool isListedAsFolder)
    {
        var facts = PosixFile.TryLook(path, followLinks: false);
        var isLink = facts is { Kind: FileType.Link };
        if (isLink)
            facts = PosixFile.TryLook(path);
        return facts switch
        {
            { Kind: FileType.Folder } folder => new(name, true, isLink, folder.Device, folder.Inode, 0, string.Empty, default),
            { Kind: FileType.Regular } file => new(name, false, isLink, file.Device, file.Inode, file.Size, ETagOf(file), file.ChangedDate),
            // A pipe, a link that leads nowhere, a name that is not UTF-8: reading it, or listing it, will say what is wrong.
            _ => new(name, isListedAsFolder && !isLink, isLink, ulong.MaxValue, 0, 0, ManifestEntry.Unreadable, default),
        };
    }

    /// <summary>Compares and changes while no other process does, and no other part of this one.</summary>
    private async Task<T> GuardedAsync<T>(Func<Task<T>> change, CancellationToken cancellation)
    {
        await _guardTurn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            using var guard = await GuardAsync(cancellation).ConfigureAwait(false);
            return await change().ConfigureAwait(false);
        }
        finally
        {
            _guardTurn.Release();
        }
    }

    private async Task<SafeFileHandle> GuardAsync(CancellationToken cancellation)
    {
        var path = PathOf(Guard);
        while (true)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                if (TryLock(path) is { } guard)
                    return guard;
            }
            catch (Exception cause) when (Failure(cause, Guard) is { } failure)
            {
                throw failure;
            }

            await Task.Delay(GuardPoll, TimeProvider.System, cancellation).ConfigureAwait(false);
        }
    }

    private Task<string?> TryReplaceAsync(string key, string etag, Action<SafeFileHandle> write, CancellationToken cancellation)
        => GuardedAsync(
            () => HasVersion(key, etag) ? Put(key, write, overwrite: true, cancellation) : Task.FromResult<string?>(null),
            cancellation);

    private static Action<SafeFileHandle> Writing(ReadOnlyMemory<byte> content) => file => RandomAccess.Write(file, content.Span, 0);

    private static Action<SafeFileHandle> Writing(Stream content) => file =>
    {
        var piece = ArrayPool<byte>.Shared.Rent(ScanPiece);
        try
        {
            content.Position = 0;
            long written = 0;
            for (int more; (more = content.Read(piece)) > 0; written += more)
                RandomAccess.Write(file, piece.AsSpan(0, more), written);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    };

    private bool HasVersion(string key, string etag) => string.Equals(ETagOf(PathOf(key)), etag, StringComparison.Ordinal);

    /// <summary>The new version; null where there is a file already, unless it is to be overwritten.</summary>
    private Task<string?> Put(string key, Action<SafeFileHandle> write, bool overwrite, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var path = PathOf(key);
        var folder = Path.GetDirectoryName(path) ?? throw NotAFolder(path);
        // Random: the writers of a shared folder may be processes of several machines with equal process numbers.
        var aside = Path.Combine(folder, Unfinished + Path.GetRandomFileName());
        try
        {
            Directory.CreateDirectory(folder);
            string etag;
            using (var file = File.OpenHandle(aside, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                write(file);
                // A file system's clock may stand for milliseconds, and two files of one size and time would be one version.
                if (overwrite && PosixFile.TryLook(path) is { } before && before.Changed >= PosixFile.Look(file).Changed
                    && before.ChangedDate < DateTimeOffset.MaxValue)
                    File.SetLastWriteTimeUtc(file, before.ChangedDate.UtcDateTime.AddTicks(1));
                PosixFile.Flush(file, aside);
                etag = ETagOf(PosixFile.Look(file));
            }

            if (!overwrite && HardLink.TryCreate(aside, path) is { } isFirst)
            {
                TryDelete(aside);
                return Task.FromResult(isFirst ? etag : null);
            }

            // Without overwriting: where there are no hard links (on Windows this is one step, too; on FAT, two).
            File.Move(aside, path, overwrite);
            return Task.FromResult<string?>(etag);
        }
        catch (Exception cause)
        {
            TryDelete(aside);
            if (!overwrite && cause is IOException && File.Exists(path))
                return Task.FromResult<string?>(null);
            if (Failure(cause, key) is { } failure)
                throw failure;
            throw;
        }
    }

    private void RemoveUnfinished()
    {
        // Only where a run writes: below the same root other runs may be writing, in folders of their own.
        string[] folders = ["", .. RunLayout.Folders, RunLayout.Work, RunLayout.ShardNotes];
        foreach (var folder in folders.Concat(folders.Select(static folder => RunLayout.Ledger + folder)))
        {
            var path = PathOf(folder);
            foreach (var file in Directory.Exists(path) ? Directory.EnumerateFiles(path, Unfinished + "*") : [])
            {
                if (IsAside(Path.GetFileName(file)))
                    TryDelete(file);
            }
        }
    }

    /// <summary>Whether a name is one that <see cref="Put"/> makes up, random letters included, and no person does.</summary>
    private static bool IsAside(string name) => name.Length == Unfinished.Length + RandomName
        && name[^4] == '.'
        && !name.AsSpan(Unfinished.Length).ContainsAnyExcept(RandomCharacters);

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (IOException)
        {
            // Left for the next run to remove: the failure that led here is the one to report.
        }
        catch (UnauthorizedAccessException)
        {
            // As above.
        }
    }

    /// <summary>Where an object is; a key that a list of somebody else's named may say anything.</summary>
    private string PathOf(string key)
        => Path.IsPathRooted(key) || key.Contains('\0', StringComparison.Ordinal)
            || (key.Contains("..", StringComparison.Ordinal) && key.Split(PathSeparators).Contains(".."))
            ? throw Outside(key)
            : Path.Combine(root, key);

    private StoreException Outside(string key)
        => new(StoreFault.Outside, $"'{Printable.Excerpt(key)}' leads out of {Printable.Excerpt(root)}");

    private StoreException? Failure(Exception cause, string key)
    {
        var shown = Printable.Excerpt(key);
        return cause switch
        {
            FileNotFoundException or DirectoryNotFoundException when key.Contains('\uFFFD', StringComparison.Ordinal)
                => new(StoreFault.Unnameable, $"the name of '{shown}' is not UTF-8", cause),
            FileNotFoundException or DirectoryNotFoundException
                => new(StoreFault.Missing, $"'{shown}' is not there any more", cause),
            UnauthorizedAccessException
                => new(StoreFault.Forbidden, $"permission denied for '{shown}' in {Printable.Excerpt(root)}", cause),
            IOException { HResult: NoSpaceLeft or QuotaExceeded }
                => new(StoreFault.Full, $"the disk that holds {Printable.Excerpt(root)} is full", cause),
            IOException { HResult: ReadOnly }
                => new(StoreFault.Forbidden, $"the disk that holds {Printable.Excerpt(root)} is read-only", cause),
            IOException when FileHandles.RanOut(cause)
                => new(StoreFault.Exhausted, "too many files are open", cause),
            IOException { HResult: LinkToItself or LinkToItselfOnMacOS }
                => new(StoreFault.Unreadable, $"'{shown}' is a link that leads to itself", cause),
            PathTooLongException
                => new(StoreFault.Unnameable, $"the name of '{shown}' is too long for this file system", cause),
            IOException
                => new(StoreFault.Unreachable, $"'{shown}' in {Printable.Excerpt(root)}: {cause.Message}", cause),
            _ => null,
        };
    }

    private readonly record struct FolderEntry(
        string Name, bool IsFolder, bool IsLink, ulong Device, ulong Inode, long Size, string ETag, DateTimeOffset Changed)
    {
        public string SortName => IsFolder ? Name + "/" : Name;
    }
}
