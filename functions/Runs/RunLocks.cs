using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Functions.Runs;

/// <summary>
/// The data sets' locks: claims that an execution holds and nobody renews. Its holder is gone when Step Functions says that
/// the execution has ended, which those who want the data set ask before they take it over.
/// </summary>
internal sealed class RunLocks(IStore store)
{
    /// <summary>The lock of a data set, or null when it is free; one that is not this data set's holds nothing.</summary>
    public async Task<Held<DatasetLock>?> ReadAsync(DatasetName dataset, CancellationToken cancellation)
        => await ClaimOf(dataset).FindAsync(cancellation) switch
        {
            { Holder: { Run: not null, ExecutionName.Length: > 0 } holder } held when holder.Dataset == dataset => held,
            { } unreadable => unreadable with { Holder = null },
            null => null,
        };

    /// <summary>Takes a free lock; false when somebody was quicker.</summary>
    public async Task<bool> TakeAsync(DatasetLock mine, CancellationToken cancellation)
        => await ClaimOf(mine.Dataset).TakeAsync(mine, cancellation) is not null;

    /// <summary>Takes over the very lock that was read; false when somebody was quicker.</summary>
    public async Task<bool> TakeOverAsync(Held<DatasetLock> held, DatasetLock mine, CancellationToken cancellation)
        => await ClaimOf(mine.Dataset).ReplaceAsync(held.ETag, mine, cancellation) is not null;

    /// <summary>Frees the lock if it is this run's; false when it was not.</summary>
    public async Task<bool> ReleaseAsync(DatasetName dataset, RunId run, CancellationToken cancellation)
        => await ReadAsync(dataset, cancellation) is { Holder: { } holder } held
            && holder.Run == run
            && await ClaimOf(dataset).GiveUpAsync(held.ETag, cancellation);

    private Claim<DatasetLock> ClaimOf(DatasetName dataset)
        => new(store, BucketLayout.Lock(dataset), ContractJson.Readable.DatasetLock);
}
