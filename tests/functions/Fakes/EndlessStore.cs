using System.Globalization;
using System.Runtime.CompilerServices;
using Pomona.Storage;

namespace Pomona.Functions.Tests.Fakes;

/// <summary>A bucket that lists so many images without holding them, and forgets what is written.</summary>
internal sealed class EndlessStore(int images) : MemoryStore
{
    public int Writes { get; private set; }

    /// <summary>The most live memory that was seen while listing.</summary>
    public long PeakBytes { get; private set; }

    public override Task WriteAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        Writes++;
        return Task.CompletedTask;
    }

    public override Task<string?> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        Writes++;
        return Task.FromResult<string?>("etag");
    }

    public override async IAsyncEnumerable<StoredObject> ListAsync(
        string below, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Yield();
        for (var i = 0; i < images; i++)
        {
            if (i % 100_000 == 0)
                PeakBytes = Math.Max(PeakBytes, GC.GetTotalMemory(forceFullCollection: true));
            yield return new StoredObject(
                string.Create(CultureInfo.InvariantCulture, $"{below}class-{i / 1000:D5}/photo-{i:D9}.jpg"),
                50_000,
                "d41d8cd98f00b204e9800998ecf8427e",
                DateTimeOffset.UnixEpoch);
        }
    }
}
