using System.Globalization;
using System.Runtime.CompilerServices;
using Pomona.Functions.Storage;

namespace Pomona.Functions.Tests.Fakes;

/// <summary>A bucket that lists so many images without holding them, and forgets what is written.</summary>
internal sealed class EndlessBucket(int images) : IBucket
{
    public string Name => "pomona-test";

    public int Writes { get; private set; }

    public long Written { get; private set; }

    /// <summary>The most live memory that was seen while listing.</summary>
    public long PeakBytes { get; private set; }

    public Task<StoredObject?> GetAsync(string key, int maxBytes, CancellationToken cancellation) => Task.FromResult<StoredObject?>(null);

    public Task PutAsync(string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellation)
    {
        Writes++;
        Written += content.Length;
        return Task.CompletedTask;
    }

    public async Task<bool> PutIfAbsentAsync(
        string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellation)
    {
        await PutAsync(key, content, contentType, cancellation);
        return true;
    }

    public Task<bool> PutIfMatchAsync(
        string key, ReadOnlyMemory<byte> content, string contentType, string etag, CancellationToken cancellation)
        => Task.FromResult(false);

    public Task<bool> DeleteIfMatchAsync(string key, string etag, CancellationToken cancellation) => Task.FromResult(false);

    public async IAsyncEnumerable<ListedObject> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Yield();
        for (var i = 0; i < images; i++)
        {
            if (i % 100_000 == 0)
                PeakBytes = Math.Max(PeakBytes, GC.GetTotalMemory(forceFullCollection: true));
            yield return new ListedObject(
                string.Create(CultureInfo.InvariantCulture, $"{prefix}class-{i / 1000:D5}/photo-{i:D9}.jpg"),
                50_000,
                "d41d8cd98f00b204e9800998ecf8427e",
                DateTimeOffset.UnixEpoch);
        }
    }
}
