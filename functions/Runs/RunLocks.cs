using System.Text.Json;
using Pomona.Contracts;
using Pomona.Functions.Storage;

namespace Pomona.Functions.Runs;

/// <summary>The data sets' locks. Every write is conditional: of many writers at once exactly one wins.</summary>
internal sealed class RunLocks(IBucket bucket)
{
    private const int LargestLock = 4096;
    private const string Json = "application/json";

    /// <summary>The lock of a data set, or null when it is free.</summary>
    public async Task<HeldLock?> ReadAsync(DatasetName dataset, CancellationToken cancellation)
    {
        var stored = await bucket.GetAsync(BucketLayout.Lock(dataset), LargestLock, cancellation);
        return stored is null ? null : new HeldLock(Parse(stored, dataset), stored.ETag);
    }

    /// <summary>Takes a free lock; false when somebody was quicker.</summary>
    public Task<bool> TakeAsync(DatasetLock mine, CancellationToken cancellation)
        => bucket.PutIfAbsentAsync(BucketLayout.Lock(mine.Dataset), Write(mine), Json, cancellation);

    /// <summary>Takes over the very lock that was read; false when somebody was quicker.</summary>
    public Task<bool> ReplaceAsync(HeldLock held, DatasetLock mine, CancellationToken cancellation)
        => bucket.PutIfMatchAsync(BucketLayout.Lock(mine.Dataset), Write(mine), Json, held.ETag, cancellation);

    /// <summary>Frees the lock if it is this run's; false when it was not.</summary>
    public async Task<bool> ReleaseAsync(DatasetName dataset, RunId run, CancellationToken cancellation)
        => await ReadAsync(dataset, cancellation) is { Lock: { } held } found
            && held.Run == run
            && await bucket.DeleteIfMatchAsync(BucketLayout.Lock(dataset), found.ETag, cancellation);

    private static byte[] Write(DatasetLock mine)
        => JsonSerializer.SerializeToUtf8Bytes(mine, ContractJson.Readable.DatasetLock);

    private static DatasetLock? Parse(StoredObject stored, DatasetName dataset)
    {
        if (stored.Truncated)
            return null;

        try
        {
            var held = JsonSerializer.Deserialize(stored.Content.Span, ContractJson.Readable.DatasetLock);
            return held is { Run: not null, ExecutionName.Length: > 0 } && held.Dataset == dataset ? held : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
