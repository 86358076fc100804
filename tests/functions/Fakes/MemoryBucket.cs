using System.Runtime.CompilerServices;
using Pomona.Contracts;
using Pomona.Functions.Storage;

namespace Pomona.Functions.Tests.Fakes;

/// <summary>A bucket in memory with S3's conditional writes: each call is atomic, each write makes a new ETag.</summary>
internal sealed class MemoryBucket(string name = "pomona-test") : IBucket
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, (byte[] Content, string ETag, DateTimeOffset At)> _objects = new(KeyOrder.Instance);
    private int _version;

    public string Name => name;

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

    public void Remove(string key)
    {
        lock (_gate)
            _objects.Remove(key);
    }

    public Task<StoredObject?> GetAsync(string key, int maxBytes, CancellationToken cancellation)
    {
        Before("get", key);
        lock (_gate)
        {
            return Task.FromResult(_objects.TryGetValue(key, out var found)
                ? new StoredObject(found.Content.AsMemory(0, Math.Min(maxBytes, found.Content.Length)), found.ETag, found.Content.Length > maxBytes)
                : null);
        }
    }

    public Task PutAsync(string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellation)
    {
        Before("put", key);
        Write(key, content.ToArray());
        return Task.CompletedTask;
    }

    public Task<bool> PutIfAbsentAsync(
        string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellation)
    {
        Before("put", key);
        lock (_gate)
        {
            if (_objects.ContainsKey(key))
                return Task.FromResult(false);
            Write(key, content.ToArray());
            return Task.FromResult(true);
        }
    }

    public Task<bool> PutIfMatchAsync(
        string key, ReadOnlyMemory<byte> content, string contentType, string etag, CancellationToken cancellation)
    {
        Before("put", key);
        lock (_gate)
        {
            if (!_objects.TryGetValue(key, out var found) || found.ETag != etag)
                return Task.FromResult(false);
            Write(key, content.ToArray());
            return Task.FromResult(true);
        }
    }

    public Task<bool> DeleteIfMatchAsync(string key, string etag, CancellationToken cancellation)
    {
        Before("delete", key);
        lock (_gate)
        {
            return Task.FromResult(_objects.TryGetValue(key, out var found) && found.ETag == etag && _objects.Remove(key));
        }
    }

    public async IAsyncEnumerable<ListedObject> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Before("list", prefix);
        List<ListedObject> listed;
        lock (_gate)
        {
            listed = [.. _objects.Where(o => o.Key.StartsWith(prefix, StringComparison.Ordinal))
                .Select(o => new ListedObject(o.Key, o.Value.Content.Length, o.Value.ETag, o.Value.At))];
        }

        foreach (var item in listed)
        {
            await Task.Yield();
            yield return item;
        }
    }

    private void Write(string key, byte[] content)
    {
        lock (_gate)
            _objects[key] = (content, $"etag-{++_version}", Now);
    }
}
