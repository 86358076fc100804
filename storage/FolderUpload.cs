using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Pomona.Contracts;

namespace Pomona.Storage;

/// <summary>
/// A folder on its way into a store. All of it is looked at before anything is sent, and what is there with the same content is
/// not sent again: an upload that broke off is gone on with by the same call.
/// </summary>
public sealed class FolderUpload : IDisposable
{
    private const int AtOnce = 8;

    /// <summary>S3's longest key, in bytes of UTF-8.</summary>
    private const int LongestKey = 1024;

    private readonly FolderStore _folder;
    private readonly string _below;

    private FolderUpload(FolderStore folder, string below, IReadOnlyList<StoredObject> files, int misnamed) =>
        (_folder, _below, Files, Misnamed) = (folder, below, files, misnamed);

    /// <summary>The files that go, by their keys below the folder.</summary>
    public IReadOnlyList<StoredObject> Files { get; }

    /// <summary>How many files stay, because their names are not UTF-8, as keys are.</summary>
    public int Misnamed { get; }

    /// <summary>The size of all files together.</summary>
    public long Bytes => Files.Sum(file => file.Size);

    /// <summary>What does not go and why, as the rest of a sentence; empty when everything does.</summary>
    public string Left => Misnamed == 0 ? string.Empty : FormattableString.Invariant($", {Misnamed:N0} not, because their names are not UTF-8");

    /// <summary>Looks at a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="below">Where its files go: a prefix with its slash.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="PomonaException">There is nothing in it, or something that cannot go: named, and nothing is sent.</exception>
    public static async Task<FolderUpload> OfAsync(string folder, string below, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(below);
        var store = new FolderStore(Path.GetFullPath(folder));
        try
        {
            var (files, misnamed) = (new List<StoredObject>(), 0);
            await foreach (var file in store.ListAsync(string.Empty, cancellation).ConfigureAwait(false))
            {
                if (file.Key.Contains('\uFFFD', StringComparison.Ordinal) && file.ETag == ManifestEntry.Unreadable)
                    misnamed++;
                else if (Refusal(file, below) is { } reason)
                    throw Refused($"'{Printable.Excerpt(file.Key)}' in {Printable.Excerpt(folder)} {reason}: nothing was sent; take it away, or give another folder.");
                else
                    files.Add(file);
            }

            return files.Count > 0
                ? new FolderUpload(store, below, files, misnamed)
                : throw Refused($"there is no file in {Printable.Excerpt(folder)}.");
        }
        catch (StoreException cause)
        {
            store.Dispose();
            throw Refused($"{cause.Message}.", cause);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Sends what is not there yet.</summary>
    /// <param name="store">Where to.</param>
    /// <param name="done">Told how many files are there, and how many bytes of them; from several threads.</param>
    /// <param name="cancellation">Gives up; what is there stays.</param>
    /// <exception cref="PomonaException">A file changed, or can no longer be read.</exception>
    /// <exception cref="StoreException">The store does not take it.</exception>
    public async Task<UploadedFolder> RunAsync(IStore store, Action<int, long> done, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(done);
        var there = new Dictionary<string, StoredObject>(StringComparer.Ordinal);
        await foreach (var found in store.ListAsync(_below, cancellation).ConfigureAwait(false))
            there[found.Key] = found;

        var (sent, same, replaced, bytes) = (0, 0, 0, 0L);
        await Parallel.ForEachAsync(
            Files,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (file, cancel) =>
            {
                using var content = await ReadAsync(file, cancel).ConfigureAwait(false);
                var key = _below + file.Key;
                if (!there.TryGetValue(key, out var before))
                {
                    // Somebody may have been quicker with that name: a person's upload is what they want there.
                    using var stream = content.AsStream();
                    if (await store.TryCreateAsync(key, stream, cancel).ConfigureAwait(false) is null)
                        await store.WriteAsync(key, content.Memory, cancel).ConfigureAwait(false);
                    Interlocked.Increment(ref sent);
                }
                else if (await IsSameAsync(store, before, content, cancel).ConfigureAwait(false))
                {
                    Interlocked.Increment(ref same);
                }
                else
                {
                    await store.WriteAsync(key, content.Memory, cancel).ConfigureAwait(false);
                    Interlocked.Increment(ref replaced);
                }

                var read = Interlocked.Add(ref bytes, content.Length);
                done(Volatile.Read(ref sent) + Volatile.Read(ref same) + Volatile.Read(ref replaced), read);
            }).ConfigureAwait(false);
        return new UploadedFolder(sent, same, replaced, bytes);
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private static string? Refusal(StoredObject file, string below) => file switch
    {
        { ETag: ManifestEntry.Unreadable } when file.Key.EndsWith('/') => "cannot be listed",
        { ETag: ManifestEntry.Unreadable } => "is a pipe, a socket, a device or a link that leads nowhere",
        { Size: > int.MaxValue } => "is larger than 2 GiB, which no image is",
        _ when Encoding.UTF8.GetByteCount(below + file.Key) > LongestKey => "has a longer name, with its folders, than S3's 1,024 bytes",
        _ => null,
    };

    private async Task<PooledBytes> ReadAsync(StoredObject file, CancellationToken cancellation)
    {
        try
        {
            return await _folder.ReadAsync(file.Key, file.ETag, cancellation).ConfigureAwait(false);
        }
        catch (StoreException cause)
        {
            var why = cause.Fault == StoreFault.Changed ? $"'{Printable.Excerpt(file.Key)}' has changed while it was being sent" : cause.Message;
            throw Refused($"{why}: run the same command again; what was sent is not sent twice.", cause);
        }
    }

    /// <summary>Whether an object has this content. An ETag mostly tells; of encrypted or composed objects only reading does.</summary>
    private static async Task<bool> IsSameAsync(IStore store, StoredObject before, PooledBytes content, CancellationToken cancellation)
    {
        if (before.Size != content.Length)
            return false;
        if (IsMd5(before.ETag, content.Span))
            return true;

        return await ObjectHash.TryReadAsync(store, before.Key, cancellation).ConfigureAwait(false) is { } found
            && string.Equals(found.Sha256, Sha256Text.Of(content.Span), StringComparison.Ordinal);
    }

    // Of an object that came at once, encrypted with S3's own keys: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
    [SuppressMessage("Security", "CA5351", Justification = "S3's own ETag; it saves sending a person's file again and guards nothing.")]
    private static bool IsMd5(string etag, ReadOnlySpan<byte> content) =>
        etag.Length == 32 && string.Equals(Convert.ToHexString(MD5.HashData(content)), etag, StringComparison.OrdinalIgnoreCase);

    private static PomonaException Refused(string sentence, Exception? cause = null) => new(ExitCode.Input, sentence, cause);
}

/// <summary>What became of an upload.</summary>
/// <param name="Sent">Files that were not there before.</param>
/// <param name="Same">Files that were there with the same content, and were not sent.</param>
/// <param name="Replaced">Files in whose place another content was.</param>
/// <param name="Bytes">The size of all of them.</param>
public sealed record UploadedFolder(int Sent, int Same, int Replaced, long Bytes);
