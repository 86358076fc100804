using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Tests;

/// <summary>
/// A bucket in memory: each call is atomic, each write makes a new version. It is held to the same contract as a folder and
/// S3 (tests/storage/StoreContract.cs).
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1852", Justification = "Not in every test project that it is part of.")]
internal class MemoryStore(string bucket = "pomona-test") : IStore
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, (byte[] Content, string ETag, DateTimeOffset At)> _objects = new(KeyOrder.Instance);
    private int _version;

    public string Name => bucket;

    public string Address => $"s3://{bucket}/";

    public int ReadsInFlight => 8;

    /// <summary>Called before every operation, outside the lock; may throw, to play a failing service.</summary>
    public Action<string, string> Before { get; set; } = (_, _) => { };

    public DateTimeOffset Now { get; set; } = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public IReadOnlyList<string> Keys
    {
        get
        {
            lock (_gate)
                return [.. _objects.Keys];
        }
    }

    public byte[] this[string key]
    {
        get
        {
            lock (_gate)
                return _objects[key].Content;
        }
        set => Write(key, value);
    }

    public virtual async IAsyncEnumerable<StoredObject> ListAsync(
        string below, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        Before("list", below);
        List<StoredObject> listed;
        lock (_gate)
        {
            listed = [.. _objects.Where(o => o.Key.StartsWith(below, StringComparison.Ordinal))
                .Select(o => new StoredObject(o.Key, o.Value.Content.Length, o.Value.ETag, o.Value.At))];
        }

        foreach (var item in listed)
        {
            await Task.Yield();
            yield return item;
        }
    }

    public async Task<PooledBytes> ReadAsync(string key, string? etag, CancellationToken cancellation)
    {
        Before("get", key);
        if (Find(key) is not { } found)
            throw new StoreException(StoreFault.Missing, $"'{key}' is not there any more");
        if (etag is not null && found.ETag != etag)
            throw new StoreException(StoreFault.Changed, $"'{key}' has changed since the snapshot");

        var bytes = new PooledBytes(found.Content.Length + 1);
        await bytes.FillAsync(new MemoryStream(found.Content), cancellation);
        return bytes;
    }

    public virtual Task<SmallObject?> TryReadAsync(string key, int most, CancellationToken cancellation)
    {
        Before("get", key);
        return Task.FromResult(Find(key) is { } found
            ? new SmallObject(found.Content.AsMemory(0, Math.Min(most, found.Content.Length)), found.ETag, found.Content.Length > most)
            : null);
    }

    public virtual Task<string?> TryScanAsync(
        string key, Func<Action<ReadOnlyMemory<byte>>> begin, CancellationToken cancellation)
    {
        Before("get", key);
        if (Find(key) is not { } found)
            return Task.FromResult<string?>(null);
        begin()(found.Content);
        return Task.FromResult<string?>(found.ETag);
    }

    public virtual Task<bool> ExistsAsync(string key, CancellationToken cancellation)
    {
        Before("get", key);
        return Task.FromResult(Find(key) is not null);
    }

    public virtual Task WriteAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        Before("put", key);
        Write(key, content.ToArray());
        return Task.CompletedTask;
    }

    public virtual Task<string?> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        Before("put", key);
        lock (_gate)
            return Task.FromResult(_objects.ContainsKey(key) ? null : Write(key, content.ToArray()));
    }

    public virtual Task<string?> TryCreateAsync(string key, Stream content, CancellationToken cancellation)
        => TryCreateAsync(key, BytesOf(content), cancellation);

    public Task<string?> TryReplaceAsync(string key, string etag, Stream content, CancellationToken cancellation)
        => TryReplaceAsync(key, etag, BytesOf(content), cancellation);

    public Task<string?> TryReplaceAsync(
        string key, string etag, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        Before("put", key);
        lock (_gate)
            return Task.FromResult(Find(key)?.ETag == etag ? Write(key, content.ToArray()) : null);
    }

    public Task DeleteAsync(string key, CancellationToken cancellation)
    {
        Before("delete", key);
        lock (_gate)
            _objects.Remove(key);
        return Task.CompletedTask;
    }

    public Task<bool> TryDeleteAsync(string key, string etag, CancellationToken cancellation)
    {
        Before("delete", key);
        lock (_gate)
            return Task.FromResult(Find(key)?.ETag == etag && _objects.Remove(key));
    }

    public async Task<IWriterLock> LockAsync(string key, TimeProvider time, CancellationToken cancellation)
        => await WriterLease.TakeAsync(this, key, time, cancellation);

    public void Dispose()
    {
    }

    private static byte[] BytesOf(Stream content)
    {
        content.Position = 0;
        var bytes = new byte[content.Length];
        content.ReadExactly(bytes);
        return bytes;
    }

    private (byte[] Content, string ETag, DateTimeOffset At)? Find(string key)
    {
        lock (_gate)
            return _objects.TryGetValue(key, out var found) ? found : null;
    }

    private string Write(string key, byte[] content)
    {
        lock (_gate)
        {
            var etag = $"etag-{++_version}";
            _objects[key] = (content, etag, Now);
            return etag;
        }
    }
}
