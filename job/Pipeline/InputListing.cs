using System.Globalization;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Job.Pipeline;

/// <summary>
/// The one listing of a run's input. It is begun before anything is written, as far as its first image, so that an input
/// without images is refused first; and gone on with once the output is this run's. Memory does not grow with the number of
/// files.
/// </summary>
internal sealed class InputListing : IAsyncDisposable
{
    private readonly RunInput _input;
    private readonly IAsyncEnumerator<StoredObject> _items;
    private readonly SnapshotWriter _snapshot;
    private readonly UnchangedImages? _unchanged;
    private ManifestShard? _complete;

    private InputListing(RunInput input, int shardSize, string? testSplit, FinishedRun? since, CancellationToken cancellation)
    {
        _input = input;
        _items = input.ListAsync(cancellation).GetAsyncEnumerator(cancellation);
        _snapshot = new SnapshotWriter(input.Address, shardSize, testSplit);
        _unchanged = since is null ? null : new UnchangedImages(since, StoreAddress.IsS3(input.Address), cancellation);
    }

    /// <inheritdoc cref="RunInput.Address"/>
    public string Address => _input.Address;

    /// <summary>Why the earlier run could not be read to its end, as a clause; null where it could, or there is none.</summary>
    public string? SinceFault => _unchanged?.Fault;

    /// <summary>Lists as far as the first image.</summary>
    /// <param name="input">The input.</param>
    /// <param name="shardSize">Images per manifest.</param>
    /// <param name="testSplit">The first folder whose images are asked to be for testing; a listing more is done for it. Null for none.</param>
    /// <param name="since">The finished run that what is unchanged is taken over from; null for none.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="PomonaException">There is none; or the folder for testing has no image, or all of them.</exception>
    /// <exception cref="InputException">The input cannot be listed.</exception>
    public static async Task<InputListing> BeginAsync(RunInput input, int shardSize, string? testSplit, FinishedRun? since, CancellationToken cancellation)
    {
        if (testSplit is not null)
            await RequireSplitAsync(input, testSplit, cancellation).ConfigureAwait(false);
        var listing = new InputListing(input, shardSize, testSplit, since, cancellation);
        try
        {
            while (listing._snapshot.Images == 0)
            {
                if (!await listing.AddNextAsync().ConfigureAwait(false))
                    throw NoImages(input.Address, listing._snapshot.PassedOver);
            }

            return listing;
        }
        catch
        {
            await listing.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Lists the rest.</summary>
    /// <param name="write">Writes a manifest as soon as it is complete; they come in order.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The plan of what was listed.</returns>
    public async Task<RunPlan> EndAsync(Func<ManifestShard, Task> write, CancellationToken cancellation)
    {
        do
        {
            cancellation.ThrowIfCancellationRequested();
            if (_complete is not null)
                await write(_complete).ConfigureAwait(false);
        }
        while (await AddNextAsync().ConfigureAwait(false));

        var plan = _snapshot.Complete(out var last);
        if (last is not null)
            await write(last).ConfigureAwait(false);
        return plan with { Since = _unchanged?.Complete() };
    }

    public async ValueTask DisposeAsync()
    {
        _snapshot.Dispose();
        if (_unchanged is not null)
            await _unchanged.DisposeAsync().ConfigureAwait(false);
        await _items.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task RequireSplitAsync(RunInput input, string folder, CancellationToken cancellation)
    {
        using var tally = new SnapshotTally(folder);
        await foreach (var item in input.ListAsync(cancellation).ConfigureAwait(false))
            tally.Add(new ManifestEntry(item.Key, item.Size, item.ETag));
        if (tally.TestSplit?.Refusal(tally.Images) is { } refusal)
        {
            throw new PomonaException(
                ExitCode.Input, $"{refusal} of {input.Address}: give {JobArguments.TestSplit} a first folder that holds some of its images.");
        }
    }

    private async Task<bool> AddNextAsync()
    {
        if (!await _items.MoveNextAsync().ConfigureAwait(false))
            return false;
        var item = _items.Current;
        var (entry, before) = (new ManifestEntry(item.Key, item.Size, item.ETag), _snapshot.Images);
        _ = _snapshot.Add(entry, out _complete);
        if (_unchanged is not null && _snapshot.Images > before)
            await _unchanged.AddAsync(entry).ConfigureAwait(false);
        return true;
    }

    private static PomonaException NoImages(string address, PassedOver others) => new(
        ExitCode.Input,
        others is { Files: 0, Folders: { } folders }
            ? $"there is no image in {address}. {RunRemarks.OnFolders(folders)}"
            : others.Files == 0
            ? $"{address} is empty: put images there, one sub-folder per class."
            : string.Create(
                CultureInfo.InvariantCulture,
                $"none of the {others.Files} files in {address} is an image by name ({others}): use {ImageFileName.Usual}."));
}
